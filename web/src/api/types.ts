/**
 * Shapes of the console's interface. They are generated from docs/openapi.yaml (`npm run types`); here they
 * only get short names. Times are RFC 3339 with offset, offsets of signals count code points.
 */
import type { components } from './schema'

type Schemas = components['schemas']

export type Level = Schemas['Level']
export type Me = Schemas['Me']
export type Role = Me['role']
export type Right = Me['rights'][number]
export type ChatRow = Schemas['Chat']
export type Signal = Schemas['Signal']
export type Line = Schemas['Line']
export type Suggestion = Schemas['Suggestion']
export type Hold = Schemas['Hold']
export type HoldNotice = Schemas['HoldNotice']
export type FollowUp = Schemas['FollowUp']
export type LevelStep = Schemas['LevelStep']
export type CaseHead = Schemas['Case']
export type Contact = Schemas['Contact']
export type Linked = Schemas['Linked']
export type Claim = Schemas['Claim']
export type AddressCard = Schemas['AddressCard']
export type DeskCase = Schemas['DeskCase']
export type Alert = Schemas['Alert']
export type Order = Schemas['Order']
export type ChatView = Schemas['ChatView']
export type Wish = Schemas['Wish']
export type Care = Schemas['Care']
export type Hotline = Schemas['Hotline']
export type Phrase = Schemas['Phrase']
export type PhraseKind = Schemas['PhraseKind']
export type ShopPhrase = Schemas['ShopPhrase']
export type Proposal = Schemas['Proposal']
export type SuggestionCount = Schemas['SuggestionCount']
export type Presence = Schemas['Presence']
export type Why = Schemas['Why']
export type WhySignal = Schemas['WhySignal']
export type WhyNeighbour = Schemas['WhyNeighbour']
export type WhyChange = Schemas['WhyChange']
export type Overview = Schemas['Overview']

/** A pointer to what changed, from the event line; never a customer's words. */
export interface LiveEvent {
  id: string
  type: string
  shop_id: string
  chat_id?: string
  case_id?: string
  seq?: number
  level?: number
  kind?: string
}
