/**
 * The first draft of a shift's summary, from what is on record: whoever comes reads in ten seconds how the
 * customer is, who knows, what was promised, what is still open. The person adds what no record knows.
 * Kinds of danger by their name, never the customer's words: this text is copied and read aloud.
 */
import type { ChatView, DeskCase } from '../api/types'
import { hourOf, t, told } from '../i18n'
import { ON_HOLD, evidence } from '../state/reduce'

/** Lines "label：what is known", with an empty end where only a person can say it. */
export function handoverDraft(item: DeskCase, view: Pick<ChatView, 'transcript'> | null, given: readonly string[] = []): string {
  const lines: string[] = []
  const add = (label: string, text: string): number => lines.push(`${label}：${text}`)
  const signs = evidence(view?.transcript ?? []).filter((row) => row.text).slice(0, 4).map((row) => told('signal', row.name))
  add(t('shift.now'), [`${item.level} ${t(`level.${item.level}`)}`, ...signs].join('、'))
  const heard = view?.transcript.findLast((line) => line.role === 'customer')
  if (heard) add(t('shift.heard'), hourOf(heard.at))
  const outside = (item.contacts ?? []).filter((row) => row.whom !== 'next_shift')
  add(t('shift.told'), outside.map((row) => `${told('whom', row.whom)} ${hourOf(row.at)}${row.confirmed ? `（${t('desk.contact.confirmed')}）` : ''}`).join('、') || t('desk.contact.none'))
  const held = item.holds.filter((hold) => ON_HOLD.has(hold.state)).length
  if (held) add(t('shift.held'), t('over.count', { n: held }))
  if (given.length) add(t('shift.lines'), given.join('、'))
  const next = item.follow_ups.find((row) => row.state === 'scheduled' || row.state === 'task')
  if (next) add(t('shift.promised'), `${told('follow', next.kind)} ${next.due_at.slice(5, 10)} ${hourOf(next.due_at)}`)
  add(t('shift.with'), '')
  add(t('shift.next'), '')
  return lines.join('\n')
}

/** Whether who has the case has written a summary and nobody has taken over since. */
export function handedOver(item: DeskCase): boolean {
  const note = item.contacts?.findLast((row) => row.whom === 'next_shift')
  return item.status === 'open' && note !== undefined && note.by === item.accepted_by && (!item.accepted_at || note.at >= item.accepted_at)
}
