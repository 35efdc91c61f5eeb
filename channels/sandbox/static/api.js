// Calls to the shop's own server. Every failure becomes an Error with words for people.

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, signal: AbortSignal.timeout(20000) });
  } catch {
    throw new Error("演示店铺没有回应，请看它是否还在运行");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error || `出错了（${answer.status}）`);
  return data;
}

export const read = (path) => call(path, {});

export const send = (path, body = {}) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const chatPath = (id) => `/api/chats/${encodeURIComponent(id)}`;
