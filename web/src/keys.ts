/**
 * Keys. A pinyin user presses letters, digits and Enter all the time while choosing characters: nothing
 * of that may reach the desk.
 */

export interface Press {
  code: string
  key: string
  keyCode: number
  isComposing: boolean
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
}

export type Shortcut =
  | { do: 'take'; index: number }
  | { do: 'bot' | 'human' | 'call' | 'hold' | 'library' | 'next' | 'previous' | 'write' | 'help' | 'danger' | 'accept' | 'why' | 'leave' }

/** While an input method composes, `keyCode` is 229 on every browser, also where `isComposing` comes late. */
export const composing = (press: Pick<Press, 'isComposing' | 'keyCode'>): boolean =>
  press.isComposing || press.keyCode === 229

const LETTERS: Record<string, Exclude<Shortcut, { do: 'take' }>['do']> = {
  KeyB: 'bot',
  KeyT: 'human',
  KeyE: 'call',
  KeyH: 'hold',
  KeyJ: 'next',
  KeyK: 'previous',
  KeyG: 'danger',
  KeyA: 'accept',
  KeyI: 'write',
  KeyW: 'why',
}

/**
 * The act of a key press, or null. While somebody writes, letters and digits are words: there the same
 * keys work with Alt.
 */
export function shortcut(press: Press, writing: boolean): Shortcut | null {
  if (composing(press)) return null
  if (press.key === 'Escape') return { do: 'leave' }
  if (press.ctrlKey || press.metaKey) return null
  if (writing !== press.altKey) return null
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(press.code)
  if (digit && !press.shiftKey) return { do: 'take', index: Number(digit[1]) - 1 }
  if (press.key === '?' ) return { do: 'help' }
  if (press.code === 'Slash' && !press.shiftKey) return { do: 'library' }
  const found = LETTERS[press.code]
  return found && !press.shiftKey ? { do: found } : null
}

/** Whether this press in the text box sends: Enter or Ctrl+Enter, never Shift+Enter, never while composing. */
export const sends = (press: Press): boolean =>
  !composing(press) && press.key === 'Enter' && !press.shiftKey && !press.altKey
