/** The one store of the workbench: what is known, and what a person can do. */
import { computed, reactive, ref } from 'vue'
import { ApiError, casePath, chatPath, get, post, setCsrf } from '../api/client'
import { Live } from '../api/live'
import { Outbox, type Command } from '../api/outbox'
import type {
  Alert, CaseHead, ChatRow, ChatView, DeskCase, Hotline, Level, LiveEvent, Me, Phrase, Right, Suggestion,
} from '../api/types'
import { t } from '../i18n'
import { ring } from '../sound'
import { byDanger, freshCards, keyOf, lastCustomerSeq, mergeLines, newDanger, readFrom, waits, wasSaid } from './reduce'
import { prefs } from './prefs'
import { throttled } from './throttle'

const PAGE = 120

export interface Draft {
  text: string
  /** The card the words came from, with what it said. */
  card: { seq: number; index: number; text: string } | null
  /** Newest customer line and level when the writing began; 0 for an empty box. */
  basedOn: number
  level: Level
  warned: '' | 'moved' | 'risen'
}

export interface Place {
  page: 'chats' | 'desk' | 'overview'
  shop: string
  chat: string
  caseId: string
}

const emptyDraft = (): Draft => ({ text: '', card: null, basedOn: 0, level: 0, warned: '' })

export const state = reactive({
  me: null as Me | null,
  asked: false,
  expired: false,
  place: { page: 'chats', shop: '', chat: '', caseId: '' } as Place,
  line: 'connecting' as 'connecting' | 'up' | 'down',
  chats: [] as ChatRow[],
  chatsLoaded: false,
  view: null as ChatView | null,
  hotlines: [] as Hotline[],
  present: { others: [] as string[], writer: '' },
  cases: [] as DeskCase[],
  alerts: [] as Alert[],
  drafts: {} as Record<string, Draft>,
  outbox: [] as Command[],
  phrases: {} as Record<number, Phrase[]>,
  unseen: {} as Record<string, Level>,
  toast: null as { text: string; row: ChatRow | null; bad: boolean } | null,
  skew: 0,
  now: Date.now(),
})

/** Which window is open over the page. */
export const dialog = ref<'' | 'library' | 'call' | 'hold' | 'help'>('')

const levels = new Map<string, Level>()
let live: Live | null = null
let toastTimer = 0

export const ordered = computed(() => byDanger(state.chats))
export const openKey = computed(() => (state.place.chat ? `${state.place.shop}/${state.place.chat}` : ''))
export const openRow = computed(() => state.chats.find((row) => keyOf(row) === openKey.value) ?? null)
export const draft = computed<Draft>(() => (state.drafts[openKey.value] ??= emptyDraft()))
export const cards = computed(() => (state.view ? freshCards(state.view) : { items: [], why: 'none' as const }))
export const openCase = computed<DeskCase | null>(() => state.cases.find((item) => item.id === state.place.caseId) ?? null)
export const pending = computed(() => state.outbox.filter((item) => item.lane === `chat ${openKey.value}`))
export const waitingCases = computed(() => state.cases.filter(waits))
export const may = (right: Right): boolean => state.me?.rights.includes(right) ?? false
/** Now by the door's clock: what it counts down must not depend on this machine's. */
export const doorNow = computed(() => state.now + state.skew)

export const outbox = new Outbox(
  state.outbox,
  {
    movedOn: async (command) => {
      const [shop, chat] = command.lane.replace('chat ', '').split('/') as [string, string]
      const view = await get<ChatView>(chatPath(shop, chat, `?after=${command.basedOn}`))
      return lastCustomerSeq(view.transcript) > command.basedOn
    },
    done: async (command, answer) => {
      if (command.path.endsWith('/hold')) {
        const held = (answer as { holds?: unknown[] }).holds?.length ?? 0
        say(held ? t('hold.asked', { n: held }) : t('hold.nothing'))
      }
      if (command.lane === `chat ${openKey.value}`) await refreshChat().catch(() => undefined)
      if (command.kind === 'act') refreshSoon()
    },
    refused: (command, error) => {
      if (command.kind === 'message') return
      outbox.remove(command.key)
      say(`${command.label}：${error.message}`, true)
      refreshSoon()
    },
    loggedOut: () => logOutHere(true),
  },
  typeof sessionStorage === 'undefined' ? null : sessionStorage,
)

// Who is here ---------------------------------------------------------------------------------

export async function whoAmI(): Promise<void> {
  try {
    begin(await get<Me>('/me'))
  } catch (error) {
    if (error instanceof ApiError && error.retryable) setTimeout(() => void whoAmI(), 1500)
  } finally {
    state.asked = true
  }
}

export async function logIn(name: string, password: string): Promise<void> {
  begin(await post<Me>('/login', { name, password }))
}

function begin(me: Me): void {
  setCsrf(me.csrf)
  state.me = me
  state.expired = false
  if (!location.hash && me.role === 'interventionist') location.hash = '#/desk'
  if (!location.hash && (me.role === 'auditor' || me.role === 'admin')) location.hash = '#/overview'
  if (!me.rights.includes('see')) return
  live?.stop()
  live = new Live({ event: onEvent, up: onUp, down: () => (state.line = 'down') })
  live.start()
  outbox.wake()
}

export async function logOut(): Promise<void> {
  await post('/logout').catch(() => undefined)
  logOutHere(false)
}

function logOutHere(expired: boolean): void {
  live?.stop()
  live = null
  state.me = null
  state.expired = expired
  if (!expired) Object.assign(state, { view: null, chats: [], cases: [], alerts: [], drafts: {}, chatsLoaded: false })
}

// Live ----------------------------------------------------------------------------------------

function onUp(): void {
  state.line = 'up'
  outbox.wake()
  void refreshAll()
}

export function refreshAll(): Promise<unknown> {
  return Promise.allSettled([refreshChats(), refreshDesk(), refreshChat()])
}

function onEvent(event: LiveEvent): void {
  if (event.chat_id && `${event.shop_id}/${event.chat_id}` === openKey.value) chatSoon()
  else if (event.case_id && event.case_id === state.view?.case?.id) chatSoon()
  listSoon()
  if (['case', 'alert', 'alert_seen', 'hold', 'follow_up', 'level'].includes(event.type)) deskSoon()
}

// The open chat first: the lists wait a moment, so that the words for this customer do not queue behind them.
const chatSoon = throttled(() => refreshChat(), 20)
const listSoon = throttled(() => refreshChats(), 250, 120)
const deskSoon = throttled(() => refreshDesk(), 250, 150)
function refreshSoon(): void {
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
  if (!worst) return
  if (prefs.sound && live?.leader) ring(worst.level >= 4)
  if (keyOf(worst) !== openKey.value) {
    say(t('danger.new', { name: t(`level.${worst.level}`), who: nameOf(worst) }), true, worst)
  }
}

export async function refreshDesk(): Promise<void> {
  const found = await guarded(get<{ now: string; cases: DeskCase[]; alerts: Alert[] }>('/desk'))
  state.skew = Date.parse(found.now) - Date.now()
  state.cases = found.cases
  state.alerts = found.alerts
  // A link to a case is followed once the case's chat is known.
  if (state.place.page === 'desk' && state.place.caseId && !state.place.chat) readHash()
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
  const fresh = await guarded(get<ChatView>(chatPath(shop, chat, `?after=${after}&limit=500`)))
  if (openKey.value !== key) return
  const levelBefore = known?.level
  state.view = { ...fresh, transcript: mergeLines(known?.transcript ?? [], fresh.transcript) }
  if (!document.hidden) delete state.unseen[key]
  if (!known || levelBefore !== fresh.level || known.referrals.length !== fresh.referrals.length) void readHotlines(key)
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
  const found = await guarded(get<ChatView>(chatPath(shop, chat, `?after=${after}&limit=${first.seq - 1 - after}`)))
  if (state.view) state.view.transcript = mergeLines(state.view.transcript, found.transcript)
}

async function guarded<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) logOutHere(true)
    throw error
  }
}

// Going from place to place -------------------------------------------------------------------

export function readHash(): void {
  const [page = '', shop = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  const before = openKey.value
  if (page === 'desk') {
    const found = state.cases.find((item) => item.shop_id === shop && item.id === id)
    state.place = { page: 'desk', shop, caseId: id, chat: found?.chats.at(-1) ?? '' }
  } else if (page === 'overview') {
    state.place = { page: 'overview', shop, chat: '', caseId: '' }
  } else {
    state.place = { page: 'chats', shop, chat: id, caseId: '' }
  }
  if (openKey.value === before) return
  if (state.view && keyOf(state.view.chat) !== openKey.value) state.view = null
  state.hotlines = []
  state.present = { others: [], writer: '' }
  delete state.unseen[openKey.value]
  void refreshChat().catch(() => undefined)
}

export function goChat(row: { shop_id: string; chat_id: string } | null): void {
  if (row) location.hash = `#/chats/${encodeURIComponent(row.shop_id)}/${encodeURIComponent(row.chat_id)}`
}

export function goCase(item: { shop_id: string; id: string }): void {
  location.hash = `#/desk/${encodeURIComponent(item.shop_id)}/${encodeURIComponent(item.id)}`
}

/** The chat above or below the open one. */
export function step(by: 1 | -1): void {
  if (state.place.page === 'desk') {
    const at = state.cases.findIndex((item) => item.id === state.place.caseId)
    const next = state.cases[Math.max(0, Math.min(state.cases.length - 1, at + by))]
    if (next) goCase(next)
    return
  }
  const at = ordered.value.findIndex((row) => keyOf(row) === openKey.value)
  goChat(ordered.value[Math.max(0, Math.min(ordered.value.length - 1, at + by))] ?? null)
}

export function goDanger(): void {
  const unseen = ordered.value.find((row) => state.unseen[keyOf(row)] !== undefined)
  goChat(state.toast?.row ?? unseen ?? ordered.value[0] ?? null)
  state.toast = null
}

export const nameOf = (row: { customer_id?: string | null; chat_id: string }): string => row.customer_id || row.chat_id

// Acts ----------------------------------------------------------------------------------------

export function take(index: number): boolean {
  const card: Suggestion | undefined = cards.value.items[index]
  if (!card || !state.view || !may('talk') || wasSaid(state.view.transcript, card.text)) return false
  state.drafts[openKey.value] = {
    text: card.text,
    card: { seq: state.view.suggestions.seq, index, text: card.text },
    basedOn: lastCustomerSeq(state.view.transcript),
    level: state.view.level,
    warned: '',
  }
  return true
}

export function putText(text: string): void {
  const now = draft.value
  now.text = now.text ? `${now.text}${text}` : text
  noteWriting()
}

/** Called at each change of the box: remembers what was on the screen when the writing began. */
export function noteWriting(): void {
  const now = draft.value
  now.warned = ''
  if (!now.text.trim()) state.drafts[openKey.value] = { ...emptyDraft(), text: now.text }
  else if (!now.basedOn && state.view) {
    now.basedOn = lastCustomerSeq(state.view.transcript)
    now.level = state.view.level
  }
}

/** Sends the draft, or asks for a second look if the customer said more or danger rose meanwhile. */
export function send(): boolean {
  const now = draft.value
  const view = state.view
  const text = now.text.trim()
  if (!text || !view || !may('talk')) return false
  const newest = lastCustomerSeq(view.transcript)
  const risen = view.level > now.level
  if ((risen || (now.card && newest > now.basedOn)) && !now.warned) {
    now.warned = risen ? 'risen' : 'moved'
    return false
  }
  const suggestion = now.card ? { seq: now.card.seq, index: now.card.index } : null
  outbox.push({
    lane: `chat ${openKey.value}`, kind: 'message', path: chatPath(state.place.shop, state.place.chat, '/messages'),
    body: { text, suggestion }, label: text, basedOn: newest,
  })
  view.chat.owner = 'human'
  state.drafts[openKey.value] = emptyDraft()
  return true
}

/** A message that was not sent comes back into the box. */
export function takeBack(command: Command): void {
  outbox.remove(command.key)
  state.drafts[openKey.value] = { ...emptyDraft(), text: String(command.body.text ?? '') }
  noteWriting()
}

function act(rest: string, label: string, body: Record<string, unknown> = {}): Command | null {
  if (!state.place.chat) return null
  return outbox.push({
    lane: `chat ${openKey.value}`, kind: 'act', path: chatPath(state.place.shop, state.place.chat, rest), body, label,
  })
}

export function own(to: 'bot' | 'human'): void {
  if (!may('talk') || !state.view || state.view.chat.owner === to) return
  act(to === 'bot' ? '/giveback' : '/takeover', t(to === 'bot' ? 'act.bot' : 'act.human'))
  state.view.chat.owner = to
}

export function callTeam(urgency: string, reason: string): void {
  if (may('talk')) act('/escalate', t('act.call'), { urgency, reason })
}

export function holdOrders(reason: string): void {
  if (may('hold')) act('/hold', t('act.hold'), { reason })
}

export function release(orderId: string, reason: string): void {
  act(`/orders/${encodeURIComponent(orderId)}/release`, t('orders.release'), { reason })
}

export function onCase(item: Pick<DeskCase, 'shop_id' | 'id'>, rest: string, label: string, body: Record<string, unknown> = {}): void {
  outbox.push({ lane: `case ${item.id}`, kind: 'act', path: casePath(item.shop_id, item.id, rest), body, label })
}

export function accept(item: DeskCase | null): void {
  if (!item || !may('case') || !waits(item)) return
  onCase(item, '/accept', t('desk.accept'))
  item.escalation = 'accepted'
  item.accepted_by = state.me?.name ?? ''
}

export function seeAlert(alert: Alert): void {
  outbox.push({
    lane: `alert ${alert.alert_id}`, kind: 'act', path: `/alerts/${encodeURIComponent(alert.shop_id)}/${encodeURIComponent(alert.alert_id)}/seen`,
    body: {}, label: t('desk.seen'),
  })
  state.alerts = state.alerts.filter((other) => other.alert_id !== alert.alert_id)
}

export async function readPhrases(): Promise<Phrase[]> {
  const level = state.view?.level ?? 0
  state.phrases[level] ??= (await get<{ phrases: Phrase[] }>(`/library?level=${level}`)).phrases
  return state.phrases[level] ?? []
}

export async function bePresent(writing: boolean): Promise<void> {
  const key = openKey.value
  const { shop, chat } = state.place
  if (!key || state.line !== 'up') return
  const found = await post<{ others: string[]; writer: string }>(chatPath(shop, chat, '/presence'), { writing }).catch(() => null)
  if (found && openKey.value === key) state.present = found
}

export function leave(shop: string, chat: string): void {
  if (shop && chat && state.me) void post(chatPath(shop, chat, '/presence'), { leaving: true }).catch(() => undefined)
}

export function say(text: string, bad = false, row: ChatRow | null = null): void {
  state.toast = { text, bad, row }
  clearTimeout(toastTimer)
  toastTimer = window.setTimeout(() => (state.toast = null), row ? 30_000 : 7000)
}

/** How a case stands, in one sentence. */
export function caseWords(item: CaseHead | null): string {
  if (!item || item.escalation === 'none') return t('state.none')
  if (item.status === 'closed') return t('state.closed')
  return t(`state.${item.escalation}`, { name: item.accepted_by ?? '' })
}
