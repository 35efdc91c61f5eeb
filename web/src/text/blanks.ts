/** Gaps in a card that a person fills in (「【填几天】」): the door refuses words that still hold one. Pure. */
const BLANK = /【填[^【】]{0,12}】/

export interface Piece {
  text: string
  blank: boolean
}

/** Where the first gap at or behind `from` begins and ends, or null. */
export function nextBlank(text: string, from = 0): { start: number; end: number } | null {
  const found = BLANK.exec(text.slice(from))
  return found ? { start: from + found.index, end: from + found.index + found[0].length } : null
}

/** The text cut at its gaps, for showing them. */
export function pieces(text: string): Piece[] {
  return text.split(/(【填[^【】]{0,12}】)/).filter(Boolean).map((part) => ({ text: part, blank: BLANK.test(part) }))
}
