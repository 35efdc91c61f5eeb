// The three cards beside the talk: how dangerous, who helps, which orders.

import { send } from "./api.js";
import { el, signalName, toast } from "./dom.js";

const LEVELS = ["无", "困扰", "意念", "高危", "紧急"];
const MEANING = [
  "没有看到危险，像平常一样接待。",
  "心里不好受。慢一点，先听。",
  "说到不想活。直接、温和地问，不评判。",
  "高危。陪着，不卖货，不争论，请真人来。",
  "紧急。此刻陪着顾客，真人和急救优先。",
];
const ESCALATION = { none: "还没有请真人", requested: "已请真人，等待接手", offered: "已分派，等待接手", accepted: "真人已接手", closed: "真人已处理完" };
const FOLLOW_UP = { morning: "早安问候", day: "次日回访", week: "一周回访", month: "一月回访", quarter: "一季回访" };
const FOLLOW_STATE = { scheduled: "已约定", sent: "已送出", task: "由真人来做", cancelled: "已取消" };
const STATUS = { unpaid: "待付款", paid: "已付款", shipped: "已发货", delivered: "已签收" };
const HOLD = { held: "已拦下", intercepting: "正在追回包裹", intercepted: "包裹已追回", too_late: "已签收，拦不住", released: "已放行", expired: "拦截到期" };
const ASKED = { requested: "早安已请求拦截…", failed: "平台未确认，已通知真人" };

export function dangerCard(view) {
  const zaoan = view.zaoan || {};
  const known = zaoan.level ?? lastLevel(view);
  if (known === null) return [el("h3", {}, "危险等级"), el("p", { class: "hint" }, "顾客一开口，早安就会判断，并标出依据。")];
  const signals = zaoan.signals || [];
  return [
    el("h3", {}, "危险等级"),
    el("div", { class: `badge l${known}` }, el("b", {}, String(known)), el("span", {}, LEVELS[known], zaoan.third_party ? "（替别人说）" : "")),
    el("p", { class: "meaning" }, MEANING[known]),
    signals.length ? el("ul", { class: "evidence" }, signals.map((s) => el("li", {}, el("b", {}, signalName(s.name)), s.text ? `「${s.text}」` : null))) : null,
  ];
}

// Without the read API the shop still knows the level of the 202 answers.
function lastLevel(view) {
  const known = view.deliveries.filter((d) => d.kind === "message.created" && d.level !== null);
  return known.length ? known.at(-1).level : null;
}

export function helpCard(view, day) {
  const { case: open, referrals = [], follow_ups: promised = [] } = view.zaoan || {};
  if (!open && !referrals.length && !promised.length) {
    return [el("h3", {}, "帮助"), el("p", { class: "hint" }, "需要时，早安会请真人、给出热线、约好早晨的问候。都会显示在这里。")];
  }
  const state = open?.escalation || "none";
  return [
    el("h3", {}, "帮助"),
    el("dl", { class: "facts" },
      el("dt", {}, "真人"), el("dd", { class: `esc ${state}` }, ESCALATION[state] || state, open?.accepted_by ? `：${open.accepted_by}` : ""),
      el("dt", {}, "热线"), el("dd", {}, referrals.length ? referrals.join("、") : "还没有给出"),
      el("dt", {}, "问候"), el("dd", {}, promisedRows(promised, day))),
  ];
}

function promisedRows(promised, day) {
  if (!promised.length) return "还没有约定";
  const [first, ...rest] = promised;
  return [
    el("div", {}, `${FOLLOW_UP[first.kind] || first.kind} ${day(first.due_at)} · ${FOLLOW_STATE[first.state] || first.state}`),
    rest.length ? el("small", { title: rest.map((p) => `${FOLLOW_UP[p.kind] || p.kind} ${day(p.due_at)}`).join("\n") }, `之后还有 ${rest.length} 次回访`) : null,
  ];
}

export function ordersCard(view, refresh) {
  const asked = new Map((view.zaoan?.holds || []).map((h) => [h.order_id, h.state]));
  const title = el("h3", {}, "订单");
  if (!view.orders.length) return [title, el("p", { class: "hint" }, "这位顾客没有订单。")];
  return [title, ...view.orders.map((order) => orderRow(order, asked.get(order.order_id), refresh))];
}

function orderRow(order, asked, refresh) {
  const stopped = ["held", "intercepting", "intercepted"].includes(order.hold);
  const words = HOLD[order.hold] || ASKED[asked];
  const next = { unpaid: "paid", paid: "shipped", shipped: "delivered" }[order.status];
  return el("div", { class: `order ${stopped ? "stopped" : ""}` },
    el("div", { class: "order-title" }, el("b", {}, order.title || order.order_id), el("small", {}, order.order_id)),
    el("div", { class: "order-state" },
      el("span", { class: "chip" }, STATUS[order.status]),
      words ? el("span", { class: `chip hold ${order.hold || asked}` }, words) : null,
      next && !stopped ? el("button", { type: "button", class: "ghost small", onclick: async () => {
        try { await send(`/api/orders/${encodeURIComponent(order.order_id)}/status`, { status: next, wait: 2 }); refresh(); } catch (error) { toast(error.message); }
      } }, `→ ${STATUS[next]}`) : null),
    stopped ? el("small", { title: order.hold_reason }, `为个案 ${order.hold_case.slice(-6)} 而停，只有真人能放行`) : null);
}
