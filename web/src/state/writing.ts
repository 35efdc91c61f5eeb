/** Writing to a customer: the draft, the card it came from, and the second look before it goes. */
import { chatPath } from '../api/client'
import type { Command } from '../api/outbox'
import type { Suggestion } from '../api/types'
import { nextBlank } from '../text/blanks'
import { outbox } from './acts'
import { cards, draft, emptyDraft, may, openKey, state } from './base'
import { lastCustomerSeq, wasSaid } from './reduce'

export function take(index: number): boolean {
  const card: Suggestion | undefined = cards.value.items[index]
  if (!card || !state.view || !may('talk') || wasSaid(state.view.transcript, card.text)) return false
  state.drafts[openKey.value] = {
    text: card.text,
    card: { seq: state.view.suggestions.seq, index, text: card.text },
    basedOn: lastCustomerSeq(state.view.transcript),
    level: state.view.level,
    warned: '',
  }
  return true
}

export function putText(text: string): void {
  const now = draft.value
  now.text = now.text ? `${now.text}${text}` : text
  noteWriting()
}

/** Called at each change of the box: remembers what was on the screen when the writing began. */
export function noteWriting(): void {
  const now = draft.value
  now.warned = ''
  if (!now.text.trim()) state.drafts[openKey.value] = { ...emptyDraft(), text: now.text }
  else if (!now.basedOn && state.view) {
    now.basedOn = lastCustomerSeq(state.view.transcript)
    now.level = state.view.level
  }
}

/** Sends the draft, or asks for a second look: a gap is not filled in, the customer said more, danger rose. */
export function send(): boolean {
  const now = draft.value
  const view = state.view
  const text = now.text.trim()
  if (!text || !view || !may('talk')) return false
  if (nextBlank(text)) {
    now.warned = 'blank'
    return false
  }
  const newest = lastCustomerSeq(view.transcript)
  const risen = view.level > now.level
  if ((risen || (now.card && newest > now.basedOn)) && !now.warned) {
    now.warned = risen ? 'risen' : 'moved'
    return false
  }
  const suggestion = now.card ? { seq: now.card.seq, index: now.card.index } : null
  outbox.push({
    lane: `chat ${openKey.value}`, kind: 'message', path: chatPath(state.place.shop, state.place.chat, '/messages'),
    body: { text, suggestion }, label: text, basedOn: newest,
  })
  view.chat.owner = 'human'
  if (view.level >= 3) state.carried[openKey.value] = true
  state.drafts[openKey.value] = emptyDraft()
  return true
}

/** A message that was not sent comes back into the box. */
export function takeBack(command: Command): void {
  outbox.remove(command.key)
  state.drafts[openKey.value] = { ...emptyDraft(), text: String(command.body.text ?? '') }
  noteWriting()
}
