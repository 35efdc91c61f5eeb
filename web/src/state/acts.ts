/** What a person does: commands that are shown at once and sent until the door has answered. */
import { casePath, chatPath, get, post } from '../api/client'
import { Outbox, type Command } from '../api/outbox'
import type { AddressCard, Alert, ChatView, DeskCase, Wish } from '../api/types'
import { t } from '../i18n'
import { dialog, leaveDesk, may, openKey, say, state } from './base'
import { refreshChat, refreshSoon } from './reading'
import { lastCustomerSeq, waits } from './reduce'

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
        say(held ? t('hold.asked', { n: held }) : t([1, 2].includes(state.view?.level ?? 0) ? 'hold.nothing.yet' : 'hold.nothing'))
      }
      if (command.lane === `chat ${openKey.value}`) await refreshChat().catch(() => undefined)
      if (command.kind === 'act') refreshSoon()
      // What was grave is over for the customer; the person who held it may still carry it.
      if (command.path.endsWith('/close') && (closing.delete(command.lane) || wasGrave(command.lane))) offerDebrief()
    },
    refused: (command, error) => {
      if (command.kind === 'message') return
      outbox.remove(command.key)
      if (command.path.endsWith('/accept') && error.body.cap) return tooMany(command)
      say(`${command.label}：${error.message}`, true)
      refreshSoon()
    },
    loggedOut: () => leaveDesk(true),
  },
  typeof sessionStorage === 'undefined' ? null : sessionStorage,
)

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
  const lane = `case ${item.id}`
  if (rest === '/close' && wasGrave(lane)) closing.add(lane)
  outbox.push({ lane, kind: 'act', path: casePath(item.shop_id, item.id, rest), body, label })
}

export function accept(item: DeskCase | null, anyway = false): void {
  if (!item || !may('case') || !waits(item)) return
  onCase(item, '/accept', t('desk.accept'), anyway ? { anyway } : {})
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

export function steer(wish: Wish): void {
  act('/steer', t('steer.title'), { wish })
  if (state.view) state.view.steer = wish ? { wish, by: state.me?.name ?? '', at: Date.now() / 1000 } : null
}

/** An appeal against a hold (`holds`), or what it costs the merchant (`claims`). */
export function onOrder(area: 'holds' | 'claims', orderId: string, rest: string, label: string, body: Record<string, unknown>): void {
  const path = `/${area}/${encodeURIComponent(state.place.shop)}/${encodeURIComponent(orderId)}${rest}`
  outbox.push({ lane: `order ${orderId}`, kind: 'act', path, body, label })
}

/** Asked for anew each time and kept nowhere: every look is an opening on record. */
export const showAddress = (item: DeskCase, reason: string): Promise<AddressCard> =>
  post<AddressCard>(casePath(item.shop_id, item.id, '/address'), { reason })

/** The door keeps a person from the next grave case: the list is as it was, and they are asked. */
function tooMany(command: Command): void {
  const item = state.cases.find((one) => command.lane === `case ${one.id}`)
  if (item) Object.assign(item, { escalation: 'requested', accepted_by: null })
  state.overCap = item ?? null
  dialog.value = 'rest'
  refreshSoon()
}

/** Grave cases whose close is under way: a closed case leaves the list, now and then before its own answer is here. */
const closing = new Set<string>()

function wasGrave(lane: string): boolean {
  const item = state.cases.find((one) => lane === `case ${one.id}`)
  return item !== undefined && [item.level, ...item.history.map((row) => row.level)].some((level) => level >= 3)
}

function offerDebrief(): void {
  state.carried = {}
  state.debrief = true
  dialog.value = 'rest'
}

export async function rested(): Promise<void> {
  await post('/me/rest')
  if (state.care) state.care.heavy = 0
}

export async function bePresent(writing: boolean): Promise<void> {
  const key = openKey.value
  const { shop, chat } = state.place
  // Behind another tab nobody looks.
  if (!key || state.line !== 'up' || document.hidden) return
  const found = await post<{ others: string[]; writer: string }>(chatPath(shop, chat, '/presence'), { writing }).catch(() => null)
  if (found && openKey.value === key) state.present = found
}

export function leave(shop: string, chat: string): void {
  if (shop && chat && state.me) void post(chatPath(shop, chat, '/presence'), { leaving: true }).catch(() => undefined)
}
