// Small helpers to build the page. Text always goes in as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export const byId = (id) => document.getElementById(id);

export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

let toastTimer = 0;
export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, 4000);
}

export function time(iso) {
  const found = /T(\d\d:\d\d)/.exec(iso || "");
  return found ? found[1] : "";
}

export function day(iso) {
  const found = /^\d{4}-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(iso || "");
  return found ? `${Number(found[1])}月${Number(found[2])}日 ${found[3]}` : "";
}

/** A text with its evidence marked. Offsets count code points; the browser counts UTF-16. */
export function marked(text, signals) {
  const points = Array.from(text);
  const spans = (signals || []).filter((s) => s.end > s.start).sort((a, b) => a.start - b.start || b.end - a.end);
  const out = document.createDocumentFragment();
  let at = 0;
  for (const span of spans) {
    if (span.start < at) continue;
    out.append(points.slice(at, span.start).join(""));
    out.append(el("mark", { title: signalName(span.name) }, points.slice(span.start, span.end).join("")));
    at = span.end;
  }
  out.append(points.slice(at).join(""));
  return out;
}

const SIGNALS = {
  distress: "痛苦", life_event: "遭遇", illness: "生病", isolation: "孤立", burden: "觉得是负担",
  ideation_passive: "不想活", ideation_active: "想死", method: "提到方法", means_seeking: "寻找手段",
  plan: "计划", time: "时间", intent: "决心", preparation: "准备", goodbye: "告别", attempt_past: "曾经尝试",
  in_progress: "正在发生", self_injury: "自伤", third_party: "说的是别人", minor: "未成年", other_at_risk: "他人有危险",
  refusal: "拒绝帮助", protective: "牵挂", location: "地点", night: "深夜", repeat_orders: "重复下单",
  multi_shop: "问过多家", restricted_item: "限制商品",
};
export const signalName = (name) => SIGNALS[name] || name;

/** Enter sends, Shift+Enter breaks the line, and an input method's Enter only picks its word. */
export function composer(form, area, onSend) {
  const submit = async (event) => {
    event?.preventDefault();
    const text = area.value;
    if (!text.trim()) return;
    area.value = "";
    area.focus();
    try {
      await onSend(text);
    } catch (error) {
      area.value = area.value || text; // nothing typed is lost
      toast(error.message);
    }
  };
  form.addEventListener("submit", submit);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    submit(event);
  });
}

/** Redraws a list of lines only when it changed, and keeps the reader's place. */
export function drawLines(box, key, build) {
  if (box.dataset.key === key) return;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  box.dataset.key = key;
  fill(box, build());
  if (atEnd) box.scrollTop = box.scrollHeight;
}
