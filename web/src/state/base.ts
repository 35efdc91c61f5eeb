/** What is known on this screen, and what follows from it. Every other part of the store reads and changes this. */
import { computed, reactive, ref } from 'vue'
import type { Live } from '../api/live'
import type { Command } from '../api/outbox'
import type { Alert, Care, CaseHead, ChatRow, ChatView, DeskCase, Hotline, Level, Me, Phrase, Right, Why } from '../api/types'
import { t } from '../i18n'
import { byDanger, freshCards, keyOf, waits } from './reduce'

export interface Draft {
  text: string
  /** The card the words came from, with what it said. */
  card: { seq: number; index: number; text: string } | null
  /** Newest customer line and level when the writing began; 0 for an empty box. */
  basedOn: number
  level: Level
  warned: '' | 'moved' | 'risen' | 'blank'
}

export interface Place {
  page: 'chats' | 'desk' | 'overview' | 'training'
  shop: string
  chat: string
  caseId: string
}

export const emptyDraft = (): Draft => ({ text: '', card: null, basedOn: 0, level: 0, warned: '' })

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
  /** A case that was opened by a link and is not in the list: closed, or beyond the list's end. */
  oneCase: null as DeskCase | null,
  alerts: [] as Alert[],
  care: null as Care | null,
  /** A grave case that this person was kept from accepting, and one that they have just closed. */
  overCap: null as DeskCase | null,
  debrief: false,
  /** Why this person looks at a chat, by chat, where the door asks for it; `asksWhy` is the chat that waits for it. */
  reasons: {} as Record<string, string>,
  asksWhy: '',
  drafts: {} as Record<string, Draft>,
  /** The line whose reading somebody asks about, and the door's answer. */
  why: { seq: 0, data: null as Why | null, failed: false },
  /** Grave chats in which this person has written: when one is over, somebody asks how they are. */
  carried: {} as Record<string, true>,
  outbox: [] as Command[],
  phrases: {} as Record<string, Phrase[]>,
  unseen: {} as Record<string, Level>,
  toast: null as { text: string; row: ChatRow | null; bad: boolean } | null,
  skew: 0,
  now: Date.now(),
})

/** Which window is open over the page. */
export const dialog = ref<'' | 'library' | 'call' | 'hold' | 'help' | 'rest' | 'why'>('')

/** The event line of this tab, while somebody is logged in. */
export const line: { live: Live | null } = { live: null }

export const ordered = computed(() => byDanger(state.chats))
export const openKey = computed(() => (state.place.chat ? `${state.place.shop}/${state.place.chat}` : ''))
export const openRow = computed(() => state.chats.find((row) => keyOf(row) === openKey.value) ?? null)
export const draft = computed<Draft>(() => (state.drafts[openKey.value] ??= emptyDraft()))
export const cards = computed(() => (state.view ? freshCards(state.view) : { items: [], why: 'none' as const }))
export const openCase = computed<DeskCase | null>(
  () => [...state.cases, ...(state.oneCase ? [state.oneCase] : [])].find((item) => item.id === state.place.caseId) ?? null,
)
export const pending = computed(() => state.outbox.filter((item) => item.lane === `chat ${openKey.value}`))
export const waitingCases = computed(() => state.cases.filter(waits))
export const may = (right: Right): boolean => state.me?.rights.includes(right) ?? false
/** Now by the door's clock: what it counts down must not depend on this machine's. */
export const doorNow = computed(() => state.now + state.skew)

export const nameOf = (row: { customer_id?: string | null; chat_id: string }): string => row.customer_id || row.chat_id

let toastTimer: ReturnType<typeof setTimeout> | undefined
export function say(text: string, bad = false, row: ChatRow | null = null): void {
  state.toast = { text, bad, row }
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => (state.toast = null), row ? 30_000 : 7000)
}

/** How a case stands, in one sentence. */
export function caseWords(item: CaseHead | null): string {
  if (!item || item.escalation === 'none') return t('state.none')
  if (item.status === 'closed') return t('state.closed')
  return t(`state.${item.escalation}`, { name: item.accepted_by ?? '' })
}

/** Logged out here, or by the door (`expired`): what was not sent yet stays. */
export function leaveDesk(expired: boolean): void {
  line.live?.stop()
  line.live = null
  state.me = null
  state.expired = expired
  if (!expired) Object.assign(state, { view: null, chats: [], cases: [], alerts: [], drafts: {}, chatsLoaded: false, care: null, reasons: {}, carried: {} })
}
