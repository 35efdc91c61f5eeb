/** Reading: the lists, the open chat, the desk. One reading at a time, newest last. */
import { ApiError, chatPath, get } from '../api/client'
import type { Alert, Care, ChatRow, ChatView, DeskCase, Hotline, Level, Phrase, Why } from '../api/types'
import { t } from '../i18n'
import { ring } from '../sound'
import { dialog, draft, leaveDesk, line, may, nameOf, openKey, say, state } from './base'
import { prefs } from './prefs'
import { byDanger, isOver, keyOf, mergeLines, newDanger, readFrom, tellingLine } from './reduce'
import { throttled } from './throttle'

const PAGE = 120
const levels = new Map<string, Level>()

export function refreshAll(): Promise<unknown> {
  return Promise.allSettled([refreshChats(), refreshDesk(), refreshChat()])
}

// The open chat first: the lists wait a moment, so that the words for this customer do not queue behind them.
export const chatSoon = throttled(() => refreshChat(), 20)
export const listSoon = throttled(() => refreshChats(), 250, 120)
export const deskSoon = throttled(() => refreshDesk(), 250, 150)
export function refreshSoon(): void {
  chatSoon()
  listSoon()
  deskSoon()
}

export async function refreshChats(): Promise<void> {
  const found = await guarded(get<{ now: string; chats: ChatRow[] }>('/chats'))
  state.skew = Date.parse(found.now) - Date.now()
  const risen = state.chatsLoaded ? newDanger(levels, found.chats) : []
  for (const row of found.chats) levels.set(keyOf(row), row.level)
  state.chats = found.chats
  if (!state.chatsLoaded) for (const row of found.chats) if (row.level >= 3 && row.owner !== 'human') state.unseen[keyOf(row)] = row.level
  state.chatsLoaded = true
  for (const row of risen) if (keyOf(row) !== openKey.value || document.hidden) state.unseen[keyOf(row)] = row.level
  const worst = byDanger(risen)[0]
  if (!worst) return askHowYouAre()
  if (prefs.sound && line.live?.leader) ring(worst.level >= 4)
  if (keyOf(worst) !== openKey.value) {
    say(t('danger.new', { name: t(`level.${worst.level}`), who: nameOf(worst) }), true, worst)
  }
}

/** After a grave chat, in a quiet moment: not over a half-written sentence, not while somebody else is in danger. */
function askHowYouAre(): void {
  const over = isOver(Object.keys(state.carried), state.chats)
  if (!over.length || dialog.value || draft.value.text || Object.keys(state.unseen).length) return
  for (const key of over) delete state.carried[key]
  state.debrief = true
  dialog.value = 'rest'
}

export async function refreshDesk(): Promise<void> {
  const found = await guarded(get<{ now: string; cases: DeskCase[]; alerts: Alert[] }>('/desk'))
  state.skew = Date.parse(found.now) - Date.now()
  state.cases = found.cases
  state.alerts = found.alerts
  if (may('case')) state.care = await get<Care>('/me/care').catch(() => state.care)
}

let reading: Promise<void> | null = null
/** Reads on in the open chat. One at a time, so that an older answer never covers a newer one. */
export async function refreshChat(): Promise<void> {
  while (reading) await reading
  const key = openKey.value
  if (!key || !state.me) return
  reading = readOn(key).finally(() => (reading = null))
  return reading
}

async function readOn(key: string): Promise<void> {
  const { shop, chat } = state.place
  const known = state.view && keyOf(state.view.chat) === key ? state.view : null
  const row = state.chats.find((item) => keyOf(item) === key)
  const after = known ? readFrom(known.transcript) : Math.max(0, (row?.last_seq ?? 0) - PAGE)
  const fresh = await look(shop, chat, after, 500).catch((error: unknown) => {
    // From level 3 on a role without a duty in chats says why it looks, and the door writes it down.
    if (error instanceof ApiError && error.status === 400 && error.body.path === 'reason') state.asksWhy = key
    throw error
  })
  if (state.asksWhy === key) state.asksWhy = ''
  if (openKey.value !== key) return
  const levelBefore = known?.level
  state.view = { ...fresh, transcript: mergeLines(known?.transcript ?? [], fresh.transcript) }
  if (!document.hidden) delete state.unseen[key]
  if (!known || levelBefore !== fresh.level || known.referrals.length !== fresh.referrals.length) void readHotlines(key)
}

function look(shop: string, chat: string, after: number, limit: number): Promise<ChatView> {
  const why = state.reasons[`${shop}/${chat}`]
  const reason = why ? `&reason=${encodeURIComponent(why)}` : ''
  return guarded(get<ChatView>(chatPath(shop, chat, `?after=${after}&limit=${limit}${reason}`)))
}

/** The reason is given: look again with it. */
export function sayWhy(reason: string): void {
  state.reasons[openKey.value] = reason
  state.asksWhy = ''
  void refreshChat().catch(() => undefined)
}

/** Why a line was read as it was; without a number, the line that says most. */
export async function askWhy(seq = 0): Promise<void> {
  const view = state.view
  const key = openKey.value
  const about = seq || (view ? tellingLine(view.transcript, view.level) : 0)
  if (!about) return
  state.why = { seq: about, data: null, failed: false }
  dialog.value = 'why'
  const { shop, chat } = state.place
  const said = state.reasons[key]
  const path = chatPath(shop, chat, `/lines/${about}/why${said ? `?reason=${encodeURIComponent(said)}` : ''}`)
  // A busy door gets a second chance: nobody should have to press twice in such a minute.
  const data = await guarded(get<Why>(path).catch((error: unknown) => (error instanceof ApiError && error.retryable ? get<Why>(path) : Promise.reject(error)))).catch(() => null)
  if (state.why.seq === about && openKey.value === key) Object.assign(state.why, { data, failed: !data })
}

async function readHotlines(key: string): Promise<void> {
  const { shop, chat } = state.place
  const found = await get<{ lines: Hotline[] }>(chatPath(shop, chat, '/hotlines')).catch(() => null)
  if (found && openKey.value === key) state.hotlines = found.lines
}

export async function readEarlier(): Promise<void> {
  const first = state.view?.transcript[0]
  if (!state.view || !first || first.seq <= 1) return
  const after = Math.max(0, first.seq - 1 - PAGE)
  const { shop, chat } = state.place
  const found = await look(shop, chat, after, first.seq - 1 - after)
  if (state.view) state.view.transcript = mergeLines(state.view.transcript, found.transcript)
}

export async function guarded<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) leaveDesk(true)
    throw error
  }
}

export async function readPhrases(): Promise<Phrase[]> {
  const level = state.view?.level ?? 0
  const key = `${state.place.shop} ${level}`
  const asked = `/library?level=${level}&shop=${encodeURIComponent(state.place.shop)}`
  state.phrases[key] ??= (await get<{ phrases: Phrase[] }>(asked)).phrases
  return state.phrases[key] ?? []
}
