/** Speaks to the door. Throws `ApiError`; status 0 means that nothing came back. */

const API = '/api/console'
const TIMEOUT = 8000

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message)
  }

  /** Whether sending the same command again may help. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

let csrf = ''

export function setCsrf(token: string): void {
  csrf = token
}

/** `crypto.randomUUID` exists on secure origins only; a shop's intranet may be plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Asked when the door no longer knows our token: true when the same person has a new one, else there is a 401. */
let renew: (() => Promise<boolean>) | null = null

export function onStaleToken(ask: () => Promise<boolean>): void {
  renew = ask
}

async function call<T>(method: string, path: string, body?: unknown, key?: string, again = false): Promise<T> {
  const headers: Record<string, string> = {}
  if (method !== 'GET') {
    headers['Content-Type'] = 'application/json'
    headers['X-CSRF-Token'] = csrf
    headers['Idempotency-Key'] = key ?? newKey()
  }
  let answer: Response
  try {
    answer = await fetch(API + path, {
      method,
      headers,
      body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT),
    })
  } catch {
    throw new ApiError(0, 'no answer')
  }
  const data = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  // Another tab has logged in anew: the same person goes on, somebody else's words are not sent in this name.
  if (answer.status === 403 && !again && renew && String(data.error ?? '').startsWith('X-CSRF-Token')) {
    if (await renew()) return call<T>(method, path, body, headers['Idempotency-Key'], true)
    throw new ApiError(401, 'log in first')
  }
  if (!answer.ok) throw new ApiError(answer.status, String(data.error ?? answer.status), data)
  return data as T
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path)
export const post = <T>(path: string, body?: unknown, key?: string): Promise<T> => call<T>('POST', path, body, key)

/** Path of a chat's resources. */
export const chatPath = (shop: string, chat: string, rest = ''): string =>
  `/chats/${encodeURIComponent(shop)}/${encodeURIComponent(chat)}${rest}`
export const casePath = (shop: string, id: string, rest = ''): string =>
  `/cases/${encodeURIComponent(shop)}/${encodeURIComponent(id)}${rest}`
