import { describe, expect, it } from 'vitest'
import type { ChatRow, ChatView, Level, Line } from '../src/api/types'
import { byDanger, evidence, fen, fits, freshCards, isOver, median, mergeLines, newDanger, readFrom, search, tellingLine, wordsOf, yuan } from '../src/state/reduce'

const row = (chat_id: string, level: Level, waiting_since: string | null = null, more: Partial<ChatRow> = {}): ChatRow => ({
  shop_id: 's', chat_id, customer_id: null, owner: 'nobody', mode: 'copilot', status: 'open', level, level_name: '', third_party: false, last_seq: 1,
  waiting_since, case_id: null, ...more,
})
const line = (seq: number, more: Partial<Line> = {}): Line => ({
  seq, at: '', role: 'customer', text: `第${seq}句`, message_id: '', status: 'received', level: 0, signals: [], action: null, strategy: null, ...more,
})

describe('the list', () => {
  it('puts danger first, then who has waited longest; closed calm chats last', () => {
    const rows = [
      row('calm', 0), row('new', 3, '2026-01-01T00:02:00+08:00'), row('old', 3, '2026-01-01T00:01:00+08:00'), row('worst', 4),
      row('gone', 0, '2026-01-01T00:00:00+08:00', { status: 'closed' }), row('silent', 3, null, { status: 'closed' }),
    ]
    expect(byDanger(rows).map((item) => item.chat_id)).toEqual(['worst', 'old', 'new', 'silent', 'calm', 'gone'])
  })

  it('calls for danger once, when it rises, not at each reading', () => {
    const before = new Map<string, Level>([['s/a', 3], ['s/b', 1]])
    expect(newDanger(before, [row('a', 3), row('b', 3), row('c', 4), row('d', 2), row('e', 1)]).map((item) => item.chat_id)).toEqual(['b', 'c', 'd'])
    expect(newDanger(before, [row('a', 4)])).toHaveLength(1)
  })
})

describe('the transcript', () => {
  it('shows each line once, whatever comes twice', () => {
    const known = [line(1), line(2, { status: 'queued' })]
    const merged = mergeLines(known, [line(2, { status: 'sent' }), line(3), line(3)])
    expect(merged.map((item) => [item.seq, item.status])).toEqual([[1, 'received'], [2, 'sent'], [3, 'received']])
  })

  it('reads again from a line that may still change, and from a hole', () => {
    expect(readFrom([])).toBe(0)
    expect(readFrom([line(1), line(2)])).toBe(2)
    expect(readFrom([line(1), line(2, { status: 'queued' }), line(3)])).toBe(1)
    expect(readFrom([line(1), line(4)])).toBe(1)
  })

  it('explains the line that made it grave, not the last word', () => {
    const sign = (level: Level, name = 'plan'): Partial<Line> => ({ level, signals: [{ name, start: 0, end: 1, text: '第' }] })
    expect(tellingLine([line(1, sign(1, 'distress')), line(2, sign(3)), line(3, { level: 3 }), line(4, { role: 'agent', level: null })], 3)).toBe(2)
    expect(tellingLine([line(1, sign(2)), line(2, { level: 3 })], 3)).toBe(1)
    expect(tellingLine([line(1, { level: 1 })], 1)).toBe(1)
    expect(tellingLine([line(1, { role: 'bot', level: null })], 3)).toBe(0)
  })

  it('knows when a grave chat is over: lowered, closed or gone', () => {
    expect(isOver(['s/a', 's/b', 's/c', 's/d'], [row('a', 3), row('b', 1), row('c', 4, null, { status: 'closed' })])).toEqual(['s/b', 's/c', 's/d'])
  })

  it('names the strongest evidence first', () => {
    const signals = (...names: string[]): Partial<Line> => ({ signals: names.map((name) => ({ name, start: 0, end: 1, text: name })) })
    expect(evidence([line(1, signals('distress', 'night')), line(2, signals('plan', 'distress'))]).map((item) => [item.name, item.seq])).toEqual([
      ['plan', 2], ['distress', 2], ['night', 1],
    ])
  })
})

describe('cards', () => {
  const view = (seq: number, last: number, stale = false): ChatView =>
    ({ transcript: [line(last)], suggestions: { seq, stale, items: [{ text: '我在', strategy: 'other', action: '', why: '', avoid: '' }] } }) as unknown as ChatView
  it('are gone when the customer has said more, or words for another moment would be sent', () => {
    expect(freshCards(view(3, 3)).items).toHaveLength(1)
    expect(freshCards(view(3, 4))).toEqual({ items: [], why: 'stale' })
    expect(freshCards(view(3, 3, true)).why).toBe('stale')
  })
})

describe('the library', () => {
  it('finds phrases that hold all words', () => {
    const phrases = [{ text: '身边现在有人陪你吗？', strategy: 'question' }, { text: '陪你说会儿话', strategy: 'other' }, { text: '好的', strategy: 'other' }]
    expect(search(phrases, '陪你').map((item) => item.text)).toEqual(['陪你说会儿话', '身边现在有人陪你吗？'])
    expect(search(phrases, '陪 身边')).toHaveLength(1)
    expect(search(phrases, '')).toHaveLength(3)
  })
})

it('offers words for a mother to the mother only', () => {
  const phrases = [{ text: 'a', who: [], age: [] }, { text: 'b', who: ['other'], age: [] }, { text: 'c', who: ['self'], age: ['child'] }]
  expect(fits(phrases, false, false).map((item) => item.text)).toEqual(['a'])
  expect(fits(phrases, true, false).map((item) => item.text)).toEqual(['a', 'b'])
  expect(fits(phrases, false, true).map((item) => item.text)).toEqual(['a', 'c'])
})

it('median of waits', () => {
  expect(median([])).toBeNull()
  expect(median([5, 1, 9])).toBe(5)
  expect(median([1, 3])).toBe(2)
})

describe('what people type', () => {
  it('is money in whole fen or nothing', () => {
    expect(['12.5', '0.07', '100', '1,5', '-3', '0', '1.234', 'x'].map(fen)).toEqual([1250, 7, 10000, null, null, null, null, null])
    expect(yuan(1250)).toBe('¥12.50')
  })

  it('is words apart by any comma', () => {
    expect(wordsOf('发货，什么时候发, 尺码、a 发货')).toEqual(['发货', '什么时候发', '尺码'])
  })
})
