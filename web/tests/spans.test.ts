import { describe, expect, it } from 'vitest'
import type { Signal } from '../src/api/types'
import { segments, unitOffsets } from '../src/text/spans'

const signal = (name: string, start: number, end: number): Signal => ({ name, start, end, text: '' })

describe('evidence in code points', () => {
  it('marks the right words after emoji, or the agent would read the wrong reason', () => {
    const text = '😭😭我不想活了👨‍👩‍👧'
    // code points: 2 emoji, then 我=2 … 了=6
    const found = segments(text, [signal('ideation_active', 2, 7)])
    expect(found.map((piece) => [piece.text, piece.names])).toEqual([
      ['😭😭', []],
      ['我不想活了', ['ideation_active']],
      ['👨‍👩‍👧', []],
    ])
  })

  it('keeps every character of the text, or words of a customer would be lost', () => {
    const text = 'a😀b亖c'
    const found = segments(text, [signal('a', 0, 3), signal('b', 1, 5), signal('c', 2, 99)])
    expect(found.map((piece) => piece.text).join('')).toBe(text)
    expect(found.find((piece) => piece.text === '😀')?.names).toEqual(['a', 'b'])
  })

  it('leaves out context signals, which have no span', () => {
    expect(segments('在吗', [signal('night', 0, 0)])).toEqual([{ text: '在吗', names: [] }])
    expect(segments('', [signal('x', 0, 1)])).toEqual([])
  })

  it('counts units for each code point', () => {
    expect(unitOffsets('a😀b')).toEqual([0, 1, 3, 4])
  })
})
