// Ties the two sides together: which chat is open, and when to read it again.

import { chatPath, read, send } from "./api.js";
import { byId, el, fill, toast } from "./dom.js";
import { drawDesk, startDesk } from "./desk.js";
import { drawPhone, emptyPhone, startPhone } from "./phone.js";

const LEVELS = ["", "困扰", "意念", "高危", "紧急"];
let open = decodeURIComponent(location.hash.slice(1)) || null;
let running = false;
let again = false;
let unreachable = false;

function drawChats(chats) {
  fill(byId("chats"), chats.slice(0, 12).map((chat) => el("button", {
    type: "button", class: chat.chat_id === open ? "chat current" : "chat", "aria-current": chat.chat_id === open ? "true" : null,
    onclick: () => choose(chat.chat_id),
  }, chat.name, chat.level > 0 ? el("span", { class: `dot l${chat.level}` }, LEVELS[chat.level]) : null)));
}

function choose(chatId) {
  open = chatId;
  history.replaceState(null, "", `#${encodeURIComponent(chatId)}`);
  refresh();
}

/** Reads what is open; calls that come while reading lead to one more reading. */
async function refresh() {
  if (running) { again = true; return; }
  running = true;
  try {
    const { chats } = await read("/api/chats");
    if (!chats.some((chat) => chat.chat_id === open)) open = chats[0]?.chat_id ?? null;
    drawChats(chats);
    if (open) {
      const wanted = open;
      const view = await read(chatPath(wanted));
      if (wanted === open) { drawPhone(view); drawDesk(view, refresh); }
    } else emptyPhone();
    unreachable = false;
  } catch (error) {
    if (!unreachable) toast(error.message);
    unreachable = true;
  } finally {
    running = false;
    if (again) { again = false; refresh(); }
  }
}

function startTabs() {
  const tabs = [byId("tab-phone"), byId("tab-desk")];
  const show = (chosen) => {
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab === chosen));
    document.body.dataset.side = chosen === tabs[0] ? "phone" : "desk";
  };
  for (const tab of tabs) tab.addEventListener("click", () => show(tab));
  show(tabs[0]);
}

byId("new-chat").addEventListener("click", async () => {
  const number = Math.random().toString(36).slice(2, 7);
  try {
    await send("/api/chats", { chat_id: `chat-${number}`, name: `顾客${number.slice(0, 3)}`, about: "新客" });
    choose(`chat-${number}`);
  } catch (error) {
    toast(error.message);
  }
});

startTabs();
startPhone(refresh);
startDesk(refresh);
refresh();
const events = new EventSource("/api/events");
events.addEventListener("message", refresh);
events.addEventListener("open", refresh);
// The shop does not hear of Zaoan's own changes (a person accepting, a greeting planned): ask.
setInterval(() => { if (!document.hidden) refresh(); }, 1500);
