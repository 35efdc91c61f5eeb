/** Shapes of the console's interface, as docs/openapi.yaml has them. Times are RFC 3339 with offset. */

export type Level = 0 | 1 | 2 | 3 | 4
export type Role = 'agent' | 'interventionist' | 'trainer' | 'auditor' | 'admin'
export type Right = 'see' | 'talk' | 'hold' | 'desk' | 'case'

export interface Me {
  name: string
  role: Role
  rights: Right[]
  csrf: string
}

export interface ChatRow {
  shop_id: string
  shop_name?: string
  chat_id: string
  customer_id: string | null
  owner: 'nobody' | 'bot' | 'human'
  mode: string
  status: 'open' | 'closed'
  level: Level
  level_name: string
  third_party: boolean
  last_seq: number
  waiting_since: string | null
  case_id: string | null
  last?: { role: string; text: string } | null
  /** What was read of this customer, strongest first. */
  signals?: string[]
}

/** Evidence; offsets are code points of the line's text. */
export interface Signal {
  name: string
  start: number
  end: number
  text: string
  seq?: number
}

export interface Line {
  seq: number
  at: string
  role: 'customer' | 'agent' | 'bot'
  text: string
  message_id: string
  status: 'received' | 'queued' | 'sent' | 'dropped'
  level: Level | null
  signals: Signal[]
  action: string | null
  strategy: string | null
}

export interface Suggestion {
  text: string
  strategy: string
  action: string
  why: string
  avoid: string
}

export interface Hold {
  order_id: string
  state: 'requested' | 'held' | 'intercepting' | 'intercepted' | 'too_late' | 'failed' | 'released' | 'expired'
  reason: string
  order_status: string
  requested_at: string | null
  changed_at: string | null
  expires_at: string | null
}

export interface FollowUp {
  kind: string
  due_at: string
  state: 'scheduled' | 'sent' | 'task' | 'cancelled'
}

export interface LevelStep {
  at: string
  level: Level
  by: string
  reason: string
  evidence: string[]
}

export interface CaseHead {
  id: string
  level: Level
  third_party: boolean
  status: 'open' | 'closed'
  escalation: 'none' | 'requested' | 'offered' | 'accepted' | 'closed'
  urgency: 'soon' | 'urgent' | 'now' | null
  requested_at: string | null
  accepted_by: string | null
  accepted_at: string | null
  history: LevelStep[]
}

export interface Contact {
  at: string
  by: string
  whom: string
  told: string
  confirmed: boolean
}

export interface DeskCase extends CaseHead {
  shop_id: string
  customer_id: string
  chats: string[]
  opened_at: string
  rung: number
  audience: 'desk' | 'group' | 'lead' | 'everyone'
  next_rung_at: string | null
  holds: Hold[]
  follow_ups: FollowUp[]
  opted_out: boolean
  reopened: number
  disposition: string
  closed_by: string
  contacts?: Contact[]
}

export interface Alert {
  alert_id: string
  kind: string
  shop_id: string
  chat_id: string
  case_id: string | null
  level: Level
  at: string
  detail: string
}

export interface Order {
  order_id: string
  title?: string
  category?: string
  status: 'unpaid' | 'paid' | 'shipped' | 'delivered'
  city?: string
}

export interface ChatView {
  chat: ChatRow
  level: Level
  third_party: boolean
  transcript: Line[]
  signals: Signal[]
  case: CaseHead | null
  holds: Hold[]
  referrals: string[]
  follow_ups: FollowUp[]
  orders: Order[]
  suggestions: { seq: number; stale: boolean; items: Suggestion[] }
}

export interface Hotline {
  id: string
  number: string
  name: string
  operator: string
  kind: 'emergency' | 'crisis' | 'support'
  hours: string
  open: boolean
  if_no_answer: string
  given: boolean
}

export interface Phrase {
  text: string
  action: string
  strategy: string
  /** Conditions under which it may be said; empty means always. */
  who: string[]
  age: string[]
}

export interface Overview {
  now: string
  chats_by_level: number[]
  steps: { at: string; level: Level }[]
  first_word_seconds: number[]
  no_word_yet: number
  holds: Record<string, number>
  dispositions: Record<string, number>
  suggestions: { strategy: string; taken: number; edited: number; ignored: number }[]
  hotlines: { active: number; stale: number; oldest_days: number; max_age_days: number }
}

/** A pointer to what changed; never a customer's words. */
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
