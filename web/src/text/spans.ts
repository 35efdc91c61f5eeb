/**
 * The door counts code points, the browser UTF-16 units: "😭" is one there and two here.
 * Converted here and nowhere else.
 */
import type { Signal } from '../api/types'

export interface Segment {
  text: string
  /** Names of the signals that cover this piece, none for plain text. */
  names: string[]
}

/** UTF-16 offset of each code point of the text, and of its end. */
export function unitOffsets(text: string): number[] {
  const offsets: number[] = []
  let unit = 0
  for (const point of text) {
    offsets.push(unit)
    unit += point.length
  }
  offsets.push(unit)
  return offsets
}

/** The text cut at the borders of its evidence. Joined again, the pieces are the text. */
export function segments(text: string, signals: readonly Signal[]): Segment[] {
  const offsets = unitOffsets(text)
  const last = offsets.length - 1
  const spans = signals
    .filter((signal) => signal.end > signal.start && signal.start >= 0 && signal.start < last)
    .map((signal) => ({
      name: signal.name,
      start: offsets[signal.start] as number,
      end: offsets[Math.min(signal.end, last)] as number,
    }))
  const cuts = [...new Set([0, text.length, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b)
  const found: Segment[] = []
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const start = cuts[at] as number
    const end = cuts[at + 1] as number
    const names = [...new Set(spans.filter((s) => s.start <= start && s.end >= end).map((s) => s.name))]
    found.push({ text: text.slice(start, end), names })
  }
  return found
}
