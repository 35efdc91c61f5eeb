/** What follows from data, without a screen: order of chats, new danger, merged lines. Pure. */
import type { ChatRow, ChatView, DeskCase, Level, Line, Suggestion } from '../api/types'

export const keyOf = (row: { shop_id: string; chat_id: string }): string => `${row.shop_id}/${row.chat_id}`

/** Most dangerous first, then longest waiting, then who wrote last; closed chats at the end. */
export function byDanger(rows: readonly ChatRow[]): ChatRow[] {
  const closed = (row: ChatRow): number => (row.status === 'closed' && row.level < 3 ? 1 : 0)
  const since = (row: ChatRow): number => (row.waiting_since ? Date.parse(row.waiting_since) : Number.MAX_SAFE_INTEGER)
  return [...rows].sort(
    (a, b) => closed(a) - closed(b) || b.level - a.level || since(a) - since(b) || keyOf(a).localeCompare(keyOf(b)),
  )
}

/** Chats whose danger is new: risen to `from` or beyond since the list was last seen, or new there. */
export function newDanger(before: ReadonlyMap<string, Level>, rows: readonly ChatRow[], from: Level = 2): ChatRow[] {
  return rows.filter((row) => row.level >= from && row.level > (before.get(keyOf(row)) ?? -1))
}

/** Known lines with fresh ones put over them, by place in the transcript: each line once. */
export function mergeLines(known: readonly Line[], fresh: readonly Line[]): Line[] {
  const lines = new Map(known.map((line) => [line.seq, line]))
  for (const line of fresh) lines.set(line.seq, line)
  return [...lines.values()].sort((a, b) => a.seq - b.seq)
}

/** From where to read on: the first line that may still change, else the newest known. */
export function readFrom(lines: readonly Line[]): number {
  const moving = lines.find((line) => line.status === 'queued')
  const last = lines.at(-1)
  // A hole (lines that came while we were away) is read again from its edge.
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at] as Line
    const previous = lines[at - 1] as Line
    if (line.seq !== previous.seq + 1) return Math.min(previous.seq, (moving?.seq ?? Infinity) - 1)
  }
  return moving ? moving.seq - 1 : (last?.seq ?? 0)
}

export const lastCustomerSeq = (lines: readonly Line[]): number =>
  lines.findLast((line) => line.role === 'customer')?.seq ?? 0

/** The cards that may be shown now: none that were made for an earlier message, none without need. */
export function freshCards(view: ChatView): { items: Suggestion[]; why: 'ok' | 'none' | 'stale' } {
  const { seq, stale, items } = view.suggestions
  if (!items.length) return { items: [], why: 'none' }
  if (stale || seq < lastCustomerSeq(view.transcript)) return { items: [], why: 'stale' }
  return { items: items.slice(0, 9), why: 'ok' }
}

/** Whether we have said this already, alone or within a longer message: nobody in pain should read a sentence twice. */
export const wasSaid = (lines: readonly Line[], text: string): boolean =>
  lines.some((line) => line.role !== 'customer' && line.status !== 'dropped' && (line.text.trim() === text.trim() || (text.trim().length > 3 && line.text.includes(text.trim()))))

/** Evidence of the whole talk, latest of each kind, strongest first. */
const WEIGHT = [
  'in_progress', 'goodbye', 'other_at_risk', 'plan', 'time', 'intent', 'preparation', 'method', 'means_seeking', 'attempt_past',
  'ideation_active', 'ideation_passive', 'self_injury', 'burden', 'isolation', 'distress', 'life_event', 'illness', 'third_party',
  'minor', 'refusal', 'location', 'night', 'repeat_orders', 'multi_shop', 'restricted_item', 'protective',
]
export function evidence(lines: readonly Line[]): { name: string; text: string; seq: number }[] {
  const found = new Map<string, { name: string; text: string; seq: number }>()
  for (const line of lines) for (const signal of line.signals) found.set(signal.name, { name: signal.name, text: signal.text, seq: line.seq })
  const place = (name: string): number => (WEIGHT.indexOf(name) + WEIGHT.length + 1) % (WEIGHT.length + 1)
  return [...found.values()].sort((a, b) => place(a.name) - place(b.name))
}

/** The line to explain: the last that says why it is as grave as it is, else the last with any evidence. */
export function tellingLine(lines: readonly Line[], level: Level): number {
  const said = lines.filter((line) => line.role === 'customer' && line.level !== null)
  const signs = said.filter((line) => line.signals.some((signal) => signal.text && signal.name !== 'protective'))
  return (signs.findLast((line) => line.level === level) ?? signs.at(-1) ?? said.at(-1))?.seq ?? 0
}

/** Grave chats of this person that are grave no longer: lowered, closed or gone from the list. */
export function isOver(carried: readonly string[], rows: readonly ChatRow[]): string[] {
  const grave = new Set(rows.filter((row) => row.level >= 3 && row.status !== 'closed').map(keyOf))
  return carried.filter((key) => !grave.has(key))
}

export const waits = (item: Pick<DeskCase, 'status' | 'escalation'>): boolean =>
  item.status === 'open' && (item.escalation === 'requested' || item.escalation === 'offered')

export const ON_HOLD = new Set(['requested', 'failed', 'held', 'intercepting', 'intercepted'])

/** Phrases for this customer: words for a mother are not offered to her daughter, nor a child's to a man. */
export function fits<T extends { who: string[]; age: string[] }>(phrases: readonly T[], thirdParty: boolean, minor: boolean): T[] {
  const wrongWho = thirdParty ? 'self' : 'other'
  const otherAge = minor ? ['adult', 'elder'] : ['child', 'teen']
  const some = (values: string[], wrong: (value: string) => boolean): boolean => values.length > 0 && values.every(wrong)
  return phrases.filter((phrase) => !some(phrase.who, (value) => value === wrongWho) && !some(phrase.age, (value) => otherAge.includes(value)))
}

/** Vetted phrases that hold all the words of a search, those that begin with it first. */
export function search<T extends { text: string; strategy: string }>(phrases: readonly T[], query: string, most = 40): T[] {
  const words = query.trim().split(/\s+/).filter(Boolean)
  const hits = phrases.filter((phrase) => words.every((word) => phrase.text.includes(word) || phrase.strategy.includes(word)))
  const first = words[0] ?? ''
  return hits.sort((a, b) => Number(b.text.startsWith(first)) - Number(a.text.startsWith(first))).slice(0, most)
}

export function median(values: readonly number[]): number | null {
  if (!values.length) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** "12.5" yuan as whole fen; null when it is no sum. */
export function fen(text: string): number | null {
  const found = /^(\d{1,6})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!found) return null
  const sum = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
  return sum > 0 ? sum : null
}

export const yuan = (sum: number): string => `¥${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, '0')}`

/** Words for a phrase, as a person types them: apart by commas, spaces or new lines. */
export const wordsOf = (text: string): string[] => [...new Set(text.split(/[\s,，、;；]+/).filter((word) => word.length >= 2))]
