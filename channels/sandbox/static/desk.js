// The shop agent's desk: the talk with its evidence, what is under way, and what one may say.

import { chatPath, send } from "./api.js";
import { byId, composer, day, drawLines, el, fill, marked, time, toast } from "./dom.js";
import { dangerCard, helpCard, ordersCard } from "./cards.js";

const LEVELS = ["无", "困扰", "意念", "高危", "紧急"];
const BLANK = /【填[^【】]{0,12}】/;
let current = null;

/** A gap that we fill in is selected, so that typing fills it; whether there is one. */
function toBlank() {
  const box = byId("desk-text");
  const found = BLANK.exec(box.value);
  if (!found) return false;
  box.focus();
  box.setSelectionRange(found.index, found.index + found[0].length);
  return true;
}

export function startDesk(refresh) {
  const act = (id, name, done) => byId(id).addEventListener("click", async () => {
    if (!current) return;
    try {
      await send(`${chatPath(current)}/${name}`, { wait: 3 });
      toast(done);
      refresh();
    } catch (error) {
      toast(error.message);
    }
  });
  act("hand-over", "handover", "已交给早安，它会接着回复");
  act("take-back", "takeback", "已收回，现在由你回复");
  act("close-chat", "close", "会话已结束");
  composer(byId("desk-form"), byId("desk-text"), async (text) => {
    if (BLANK.test(text)) {
      byId("desk-text").value = text;
      toBlank();
      throw new Error("还有【填…】没填，填好再发");
    }
    await send(`${chatPath(current)}/messages`, { text, role: "agent", wait: 3 });
    refresh();
  });
  byId("suggestions").addEventListener("click", (event) => {
    const card = event.target.closest("[data-text]");
    if (!card) return;
    byId("desk-text").value = card.dataset.text;
    byId("desk-text").focus();
    toBlank();
  });
}

// Zaoan's transcript knows the evidence, the shop's own lines are always there: join by message id.
function evidenceOf(zaoan) {
  return new Map((zaoan?.transcript || []).filter((l) => l.message_id).map((l) => [l.message_id, l]));
}

function row(message, read) {
  const who = { customer: "顾客", agent: "我", bot: "早安" }[message.role] || message.role;
  const level = read?.level ?? null;
  return el("div", { class: `row ${message.role}` },
    el("div", { class: "row-head" }, el("b", {}, who), el("time", {}, time(message.occurred_at)),
      message.role === "customer" && level > 0 ? el("span", { class: `dot l${level}` }, LEVELS[level]) : null),
    el("p", {}, message.role === "customer" ? marked(message.text, read?.signals) : message.text));
}

function status(view) {
  const zaoan = view.zaoan || {};
  const waiting = view.deliveries.filter((d) => d.state === "waiting");
  const refused = view.deliveries.filter((d) => d.state === "refused");
  const notes = [];
  if (waiting.length && waiting[0].attempts > 0) notes.push(el("p", { class: "note bad" }, `早安暂时没有回应，${waiting.length} 条事件已留存，正在重试。`));
  if (refused.length) notes.push(el("p", { class: "note bad" }, `有 ${refused.length} 条事件被拒收：${refused.at(-1).problem}`));
  if (zaoan.problem && zaoan.problem !== "unknown" && !notes.length) notes.push(el("p", { class: "note bad" }, "读不到早安的判断。聊天照常，请自己多留心。"));
  return notes;
}

function suggestions(view) {
  const offered = view.zaoan?.suggestions;
  if (view.chat.handler === "bot") return [el("p", { class: "hint" }, "早安正在回复这位顾客。你可以随时点「收回，我来」。")];
  if (!offered?.items?.length || offered.stale) {
    return view.messages.length ? [el("p", { class: "hint" }, "早安会在这里给出可以直接用的说法。")] : [];
  }
  return offered.items.slice(0, 4).map((item) => el("button", { type: "button", class: "suggestion", "data-text": item.text, title: item.avoid ? `避免：${item.avoid}` : null },
    item.strategy ? el("span", { class: "strategy" }, item.strategy) : null,
    el("span", {}, item.text),
    item.why ? el("small", {}, item.why) : null));
}

let drawn = "";
export function drawDesk(view, refresh) {
  current = view.chat.chat_id;
  const zaoan = view.zaoan || {};
  const byBot = view.chat.handler === "bot";
  byId("desk-name").textContent = view.chat.name;
  byId("desk-about").textContent = [view.chat.about, byBot ? "早安在回复" : "客服在回复"].filter(Boolean).join(" · ");
  byId("hand-over").hidden = byBot;
  byId("take-back").hidden = !byBot;
  byId("close-chat").disabled = view.chat.state === "closed" || !view.messages.length;
  const read = evidenceOf(zaoan);
  const lines = view.messages;
  const key = `${current}/${lines.length}/${lines.at(-1)?.seq ?? 0}/${read.size}`;
  drawLines(byId("desk-lines"), key, () => (lines.length
    ? lines.map((line) => row(line, read.get(line.message_id)))
    : [el("p", { class: "empty" }, "这位顾客还没有说话。先在左边的手机里说一句。")]));
  // Redraw the rest only when something changed, so that a click is never swallowed.
  const mark = JSON.stringify([current, view.chat, view.orders, view.deliveries, { ...zaoan, transcript: lines.length }]);
  if (mark === drawn) return;
  drawn = mark;
  fill(byId("status"), status(view));
  fill(byId("suggestions"), suggestions(view));
  fill(byId("danger-card"), dangerCard(view));
  fill(byId("help-card"), helpCard(view, day));
  fill(byId("orders-card"), ordersCard(view, refresh));
}
