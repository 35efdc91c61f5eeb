// The customer's phone: what she sees, and nothing else.

import { chatPath, send } from "./api.js";
import { byId, composer, drawLines, el, fill, time, toast } from "./dom.js";

// Everyday words of pain, for the demo; no method, no detail.
const SAMPLES = [
  "请问这个围巾有现货吗",
  "最近每天都睡不着 感觉什么都没意思",
  "我真的不想活了 谁也帮不了我",
  "东西不用寄了 替我跟家里说声对不起",
];

let current = null;

export function startPhone(refresh) {
  const say = async (text) => {
    if (!current) return;
    const said = await send(`${chatPath(current)}/messages`, { text, wait: 3 });
    if (said.delivery && said.delivery.state !== "accepted") toast(problem(said.delivery));
    refresh();
  };
  composer(byId("phone-form"), byId("phone-text"), say);
  byId("phone-lines").addEventListener("click", (event) => {
    const sample = event.target.closest("[data-say]");
    if (sample) say(sample.dataset.say).catch((error) => toast(error.message));
  });
}

function problem(delivery) {
  if (delivery.state === "refused") return `早安没有接受这条消息：${delivery.problem}`;
  return "早安暂时没有回应；消息已留存，会一直重试";
}

function bubble(message) {
  const mine = message.role === "customer";
  const name = message.role === "bot" ? "早安 · AI 助手" : "店铺客服";
  return el("div", { class: `line ${mine ? "mine" : "theirs"} ${message.role}` },
    mine ? null : el("small", { class: "who" }, name, message.role === "bot" && message.disclosure ? " · 不是真人" : ""),
    el("p", { class: "bubble" }, message.text),
    el("time", {}, time(message.occurred_at)));
}

function tryIt() {
  const node = byId("try-it").content.cloneNode(true);
  node.querySelector(".samples").append(
    ...SAMPLES.map((text) => el("button", { type: "button", class: "sample", "data-say": text }, text)));
  return node;
}

export function drawPhone(view) {
  current = view.chat.chat_id;
  byId("phone-name").textContent = view.chat.name;
  byId("phone-note").textContent = view.chat.state === "closed" ? "会话已结束，再说一句会重新打开" : "正在和早安小铺聊天";
  const box = byId("phone-lines");
  const lines = view.messages;
  const key = `${current}/${lines.length}/${lines.at(-1)?.seq ?? 0}`;
  drawLines(box, key, () => (lines.length ? lines.map(bubble) : [tryIt()]));
  if (!lines.length) box.scrollTop = 0;
}

export function emptyPhone() {
  current = null;
  fill(byId("phone-lines"), el("p", { class: "empty" }, "还没有顾客。点右上角「＋ 新顾客」开始。"));
}
