import { describe, expect, it } from 'vitest'
import { sends, shortcut, type Press } from '../src/keys'

const press = (code: string, more: Partial<Press> = {}): Press => ({
  code, key: code.replace(/^(Key|Digit)/, '').toLowerCase(), keyCode: 0, isComposing: false, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...more,
})

describe('keys', () => {
  it('takes card 2 with one key, and with Alt while writing', () => {
    expect(shortcut(press('Digit2'), false)).toEqual({ do: 'take', index: 1 })
    expect(shortcut(press('Numpad2'), false)).toEqual({ do: 'take', index: 1 })
    expect(shortcut(press('Digit2', { altKey: true }), true)).toEqual({ do: 'take', index: 1 })
  })

  it('leaves letters and digits to the words somebody is writing', () => {
    for (const code of ['Digit1', 'KeyB', 'KeyE', 'KeyH', 'Slash']) expect(shortcut(press(code), true)).toBeNull()
  })

  it('does nothing while an input method composes, or choosing a character would hand the chat over', () => {
    for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
      for (const code of ['Digit1', 'KeyB', 'KeyT', 'Slash']) {
        expect(shortcut(press(code, composing), false)).toBeNull()
        expect(shortcut(press(code, { ...composing, altKey: true }), true)).toBeNull()
      }
      expect(sends(press('Enter', { key: 'Enter', ...composing }))).toBe(false)
    }
  })

  it('sends with Enter and Ctrl+Enter, not with Shift+Enter', () => {
    expect(sends(press('Enter', { key: 'Enter' }))).toBe(true)
    expect(sends(press('Enter', { key: 'Enter', ctrlKey: true }))).toBe(true)
    expect(sends(press('Enter', { key: 'Enter', shiftKey: true }))).toBe(false)
  })

  it("keeps away from the browser's own keys", () => {
    expect(shortcut(press('KeyT', { ctrlKey: true }), false)).toBeNull()
    expect(shortcut(press('Digit1', { metaKey: true }), false)).toBeNull()
  })
})
