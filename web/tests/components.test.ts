// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { ChatView, DeskCase, Line, Me, Proposal } from '../src/api/types'
import AskedBox from '../src/components/AskedBox.vue'
import BaseDialog from '../src/components/BaseDialog.vue'
import CardList from '../src/components/CardList.vue'
import CaseForm from '../src/components/CaseForm.vue'
import ContactList from '../src/components/ContactList.vue'
import HoldActs from '../src/components/HoldActs.vue'
import LinkedBox from '../src/components/LinkedBox.vue'
import LineItem from '../src/components/LineItem.vue'
import ProposalItem from '../src/components/ProposalItem.vue'
import SteerBox from '../src/components/SteerBox.vue'
import TimeDots from '../src/components/TimeDots.vue'
import WhyAsk from '../src/components/WhyAsk.vue'
import { dialog, state } from '../src/state/store'

const line = (seq: number, text: string, more: Partial<Line> = {}): Line => ({
  seq, at: '2026-01-15T20:00:00+08:00', role: 'customer', text, message_id: '', status: 'received', level: 3, signals: [], action: null, strategy: null, ...more,
})
const view = (more: Partial<ChatView> = {}): ChatView => ({
  chat: { shop_id: 's', chat_id: 'c', customer_id: 'x', owner: 'human', mode: 'copilot', status: 'open', level: 3, level_name: '', third_party: false, last_seq: 2, waiting_since: null, case_id: 'k' },
  level: 3, third_party: false, transcript: [line(1, '不想活了'), line(2, '我在。', { role: 'agent', level: null })], signals: [], case: null, holds: [], referrals: [], follow_ups: [], orders: [], steer: null,
  suggestions: { seq: 1, stale: false, items: [
    { text: '我在。', strategy: 'affirmation', action: 'utter_stay_with', why: '有人在', avoid: '别说永远' },
    { text: '店里的人都惦记您。', strategy: 'affirmation', action: 'phrase:1', why: '', avoid: '' },
  ] },
  ...more,
})
const aCase = (more: Partial<DeskCase> = {}): DeskCase => ({
  id: 'k', shop_id: 's', customer_id: 'x', chats: ['c'], level: 3, third_party: false, status: 'open', escalation: 'accepted', urgency: 'urgent', requested_at: null, accepted_by: 'me', accepted_at: null, history: [],
  opened_at: '2026-01-15T20:00:00+08:00', rung: 0, audience: 'desk', next_rung_at: null, words_due_at: null, level_elsewhere: 0, claims: [], holds: [], follow_ups: [], opted_out: false, reopened: 0, disposition: '', closed_by: '', closed_at: null,
  ...more,
})
const hold = { order_id: 'A1', state: 'held' as const, reason: '', order_status: 'paid', requested_at: null, changed_at: null, expires_at: null, appeal: 'open' as const, appeal_by: 'customer' }

const sent: { path: string; body: unknown }[] = []
let shown: VueWrapper | null = null
beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('fetch', (path: string, asked: RequestInit) => {
    if (asked.method === 'POST') sent.push({ path: path.replace('/api/console', ''), body: JSON.parse(String(asked.body)) })
    return Promise.resolve(new Response(JSON.stringify({ colleagues: ['me', 'wang'], now: '2026-01-15T20:01:00+08:00', cases: [aCase()], alerts: [] })))
  })
  state.me = { name: 'me', role: 'interventionist', rights: ['see', 'talk', 'hold', 'desk', 'case'], csrf: '', shops: [] } satisfies Me
  state.place = { page: 'desk', shop: 's', chat: 'c', caseId: 'k' }
  state.view = view()
  state.cases = [aCase()]
})
afterEach(() => {
  shown?.unmount()
  Object.assign(state, { me: null, view: null, cases: [], outbox: [] })
})
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5))

describe('cards', () => {
  it('says what was said already and does not offer it again', async () => {
    shown = mount(CardList)
    const [said, fresh] = shown.findAll('button')
    expect(said?.attributes('disabled')).toBeDefined()
    expect(said?.text()).toContain('说过了')
    expect(fresh?.text()).toContain('本店')
    await fresh?.trigger('click')
    expect(shown.emitted('taken')).toHaveLength(1)
  })

  it('shows none while those there are answer an earlier message', async () => {
    state.view = view({ transcript: [line(1, '不想活了'), line(5, '替我谢谢大家')] })
    shown = mount(CardList)
    expect(shown.findAll('button')).toHaveLength(0)
    expect(shown.text()).toContain('正在想新的')
  })
})

describe('a line', () => {
  const spoken = line(3, '东西买好了<b>x</b>', { signals: [{ name: 'preparation', start: 0, end: 5, text: '东西买好了' }] })
  it('covers hard words until somebody wants to see them, and never becomes markup', async () => {
    shown = mount(LineItem, { props: { line: spoken } })
    expect(shown.text()).not.toContain('买好了')
    await shown.find('.cover').trigger('click')
    expect(shown.find('.bubble').text()).toBe('东西买好了<b>x</b>')
    expect(shown.find('b').exists()).toBe(false)
  })
})

describe('acts on a case', () => {
  it('sends nothing without a reason', async () => {
    shown = mount(CaseForm, { props: { item: aCase(), act: 'lower' } })
    await shown.find('form').trigger('submit')
    expect(sent).toEqual([])
    await shown.find('textarea').setValue('家人陪着')
    await shown.find('form').trigger('submit')
    await settled()
    expect(sent).toEqual([{ path: '/cases/s/k/lower', body: { level: 2, reason: '家人陪着' } }])
  })

  it('hands a case to a named colleague with a summary, never to oneself', async () => {
    shown = mount(CaseForm, { props: { item: aCase(), act: 'handover' } })
    await settled()
    expect(shown.findAll('option').map((one) => one.text())).toEqual(['谁接班谁点“接班”', 'wang'])
    await shown.find('select').setValue('wang')
    await shown.find('textarea').setValue('妈妈在身边')
    await shown.find('form').trigger('submit')
    await settled()
    expect(sent.map((one) => one.path)).toEqual(['/cases/s/k/contacts', '/cases/s/k/reassign'])
  })

  it('notes who confirmed that help has come', async () => {
    const contacts = [{ number: 4, at: '2026-01-15T20:05:00+08:00', by: 'me', whom: 'police', told: '地址', confirmed: false, responder: '', confirmed_by: '', confirmed_at: null }]
    shown = mount(ContactList, { props: { item: aCase({ contacts }) } })
    await shown.find('button').trigger('click')
    await shown.find('form').trigger('submit')
    expect(sent).toEqual([])
    await shown.find('input').setValue('警号 3021')
    await shown.find('form').trigger('submit')
    await settled()
    expect(sent).toEqual([{ path: '/cases/s/k/contacts/4/confirm', body: { responder: '警号 3021' } }])
  })

  it('keeps a hold only with a reason, and takes no half cents', async () => {
    shown = mount(HoldActs, { props: { hold } })
    expect(shown.text()).toContain('顾客请求再看一次')
    await shown.findAll('button').find((one) => one.text() === '记损失')?.trigger('click')
    await shown.find('input').setValue('12.345')
    await shown.find('form').trigger('submit')
    expect(sent).toEqual([])
    await shown.find('input').setValue('12.5')
    await shown.find('form').trigger('submit')
    await settled()
    expect(sent).toEqual([{ path: '/claims/s/A1', body: { amount_fen: 1250, reason: '' } }])
  })
})

describe('the same person in other shops', () => {
  it('is a link for the desk, and no more than a level for others', () => {
    const linked = [{ shop_id: 'other', shop_name: '另一家', case_id: 'k2', level: 4 as const, peak: 4 as const, status: 'open' as const, at: null }]
    shown = mount(LinkedBox, { props: { item: aCase({ linked, level_elsewhere: 4 }) } })
    expect(shown.find('a').attributes('href')).toBe('#/desk/other/k2')
    shown.unmount()
    shown = mount(LinkedBox, { props: { item: aCase({ level_elsewhere: 4 }) } })
    expect(shown.find('a').exists()).toBe(false)
    expect(shown.text()).toContain('紧急')
  })
})

describe('the bot at the desk', () => {
  it('is steered only while it has the chat', async () => {
    shown = mount(SteerBox)
    expect(shown.find('section').exists()).toBe(false)
    ;(state.view as ChatView).chat.owner = 'bot'
    await nextTick()
    await shown.findAll('button')[1]?.trigger('click')
    await settled()
    expect(sent).toEqual([{ path: '/chats/s/c/steer', body: { wish: 'companion' } }])
    expect(shown.text()).toContain('机器人下一句会')
  })
})

describe('what the bot could not answer', () => {
  it('stands beside the chat, or the colleague scrolls for it at midnight', async () => {
    shown = mount(AskedBox)
    expect(shown.find('section').exists()).toBe(false)
    state.view = view({ unanswered: ['写了算数不', '<b>房子</b>保不保得住'] })
    await nextTick()
    expect(shown.findAll('li').map((item) => item.text())).toEqual(['写了算数不', '<b>房子</b>保不保得住'])
  })
})

describe('looks and training', () => {
  it('asks why before a grave talk is shown', async () => {
    shown = mount(WhyAsk)
    await shown.find('input').setValue('复盘')
    await shown.find('form').trigger('submit')
    expect(state.reasons['s/c']).toBe('复盘')
  })

  it('offers no shop phrase for a card that is only seldom used', () => {
    const item: Proposal = { id: 'p', kind: 'review', action: '', strategy: '', level: 0, offered: '我在。', text: '', count: 9, at: null }
    shown = mount(ProposalItem, { props: { item } })
    expect(shown.findAll('button').map((one) => one.text())).toEqual(['采纳', '不要'])
  })

  it('draws a slow answer as slow, inside the picture', () => {
    const rows = [{ at: '2026-01-15T19:00:00+08:00', seconds: 12 }, { at: '2026-01-15T20:00:00+08:00', seconds: 90_000 }]
    shown = mount(TimeDots, { props: { rows, now: '2026-01-15T20:00:00+08:00', slow: 180, marks: [10, 1800], label: '' } })
    const dots = shown.findAll('circle')
    expect(dots.map((dot) => dot.classes('slow'))).toEqual([false, true])
    for (const dot of dots) {
      expect(Number(dot.attributes('cy'))).toBeGreaterThan(0)
      expect(Number(dot.attributes('cx'))).toBeLessThanOrEqual(200)
    }
  })
})

describe('dialogs', () => {
  it('is gone with the Escape itself, so that the next key is heard', () => {
    HTMLDialogElement.prototype.showModal ??= () => undefined
    dialog.value = 'help'
    shown = mount(BaseDialog, { props: { title: 'x' } })
    shown.find('dialog').element.dispatchEvent(new Event('cancel'))
    expect(dialog.value).toBe('')
  })

  it('cannot close the one that came after it', () => {
    dialog.value = 'help'
    shown = mount(BaseDialog, { props: { title: 'x' } })
    const box = shown.find('dialog').element
    shown.unmount()
    dialog.value = 'hold'
    box.dispatchEvent(new Event('close'))
    expect(dialog.value).toBe('hold')
    dialog.value = ''
  })
})
