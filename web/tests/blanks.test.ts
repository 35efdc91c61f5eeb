import { describe, expect, it } from 'vitest'
import { nextBlank, pieces } from '../src/text/blanks'

describe('gaps in a card', () => {
  const text = '😀从【填哪里】发，约【填几天】到。'

  it('are found one after the other, or a customer would read a form', () => {
    const first = nextBlank(text)
    expect(first && text.slice(first.start, first.end)).toBe('【填哪里】')
    const second = nextBlank(text, first?.end)
    expect(second && text.slice(second.start, second.end)).toBe('【填几天】')
    expect(nextBlank(text, second?.end)).toBeNull()
  })

  it('are no other brackets: a courier\'s 【顺丰】 may be sent', () => {
    expect(nextBlank('【顺丰速运】已签收')).toBeNull()
  })

  it('keep every character of the card when they are shown', () => {
    expect(pieces(text).map((part) => part.text).join('')).toBe(text)
    expect(pieces(text).filter((part) => part.blank).length).toBe(2)
  })
})
