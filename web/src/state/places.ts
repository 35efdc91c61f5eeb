/** Going from place to place: the address bar says what is open, so that Back and links work. */
import { watch } from 'vue'
import { casePath, get } from '../api/client'
import type { DeskCase } from '../api/types'
import { openCase, openKey, ordered, state } from './base'
import { refreshChat } from './reading'
import { keyOf } from './reduce'

// A link to a case is followed once the case's chat is known; and a case that leaves the list while it is open, because
// somebody closed it, stays on the screen, closed.
watch(
  () => state.cases,
  () => {
    if (state.place.page === 'desk' && state.place.caseId && !(state.place.chat && openCase.value)) void follow()
  },
)

let asked = ''
/** A link may lead to a case that the list does not hold: that one is asked for by itself, once. */
async function follow(): Promise<void> {
  const { shop, caseId } = state.place
  if (asked !== caseId && !state.cases.some((item) => item.id === caseId)) {
    asked = caseId
    const found = await get<DeskCase>(casePath(shop, caseId)).catch(() => null)
    if (found || !state.place.chat) state.oneCase = found
  }
  // Where it could not be had, an open chat stays open.
  if (state.place.caseId === caseId && (openCase.value || !state.place.chat)) goThere()
}

export function readHash(): void {
  asked = ''
  goThere()
  if (state.place.page === 'desk' && state.place.caseId && !state.place.chat && state.me) void follow()
}

function goThere(): void {
  const [page = '', shop = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  const before = openKey.value
  if (page === 'desk') {
    const found = [...state.cases, ...(state.oneCase ? [state.oneCase] : [])].find((item) => item.shop_id === shop && item.id === id)
    state.place = { page: 'desk', shop, caseId: id, chat: found?.chats.at(-1) ?? '' }
  } else if (page === 'training') {
    state.place = { page: 'training', shop, chat: '', caseId: '' }
  } else if (page === 'overview') {
    state.place = { page: 'overview', shop, chat: '', caseId: '' }
  } else {
    state.place = { page: 'chats', shop, chat: id, caseId: '' }
  }
  if (openKey.value === before) return
  if (state.view && keyOf(state.view.chat) !== openKey.value) state.view = null
  state.hotlines = []
  state.asksWhy = ''
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
