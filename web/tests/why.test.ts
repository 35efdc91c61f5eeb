// @vitest-environment happy-dom
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChatRow, ChatView, Hotline, Line, Me, Why } from '../src/api/types'
import ChatList from '../src/components/ChatList.vue'
import HotlineBox from '../src/components/HotlineBox.vue'
import LineItem from '../src/components/LineItem.vue'
import WhyDialog from '../src/components/WhyDialog.vue'
import { prefs } from '../src/state/prefs'
import { askWhy, dialog, state } from '../src/state/store'

const line = (seq: number, text: string, more: Partial<Line> = {}): Line => ({
  seq, at: '2026-01-15T20:00:00+08:00', role: 'customer', text, message_id: '', status: 'received', level: 3, signals: [], action: null, strategy: null, ...more,
})
const wish = { name: 'ideation_active', start: 1, end: 5, text: '不想活了' }
const bought = { name: 'preparation', start: 0, end: 3, text: '买好了' }
const told: Why = {
  seq: 1, level: 3, alone: 2, score: 0.9, floor: 2, reason: '说出想死或不想活下去',
  signals: [{ ...wish, rule: 'ideation_active/1', about: '说出想死' }, { ...bought, rule: 'learned', about: '准备' }],
  speak_for: [{ text: '我不想活了呀', level: 2 }, { text: '难受的那一句', level: 3 }], speak_against: [{ text: '这鱼不想活了', level: 0 }],
  changes: [{ kind: 'without', signal: 'ideation_active', words: ['不想活了'], level: 0, floor: 0 }, { kind: 'past', signal: '', words: [], level: null, floor: 1 }],
}
const row: ChatRow = { shop_id: 's', chat_id: 'c', customer_id: 'x', owner: 'nobody', mode: 'copilot', status: 'open', level: 2, level_name: '', third_party: false, last_seq: 1, waiting_since: null, case_id: null }

let answer: { status: number; body: unknown } = { status: 200, body: told }
const asked: string[] = []
let shown: VueWrapper | null = null
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5))
beforeEach(() => {
  asked.length = 0
  answer = { status: 200, body: told }
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path.replace('/api/console', ''))
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }))
  })
  HTMLDialogElement.prototype.showModal ??= () => undefined
  state.me = { name: 'me', role: 'agent', rights: ['see', 'talk'], csrf: '', shops: [] } satisfies Me
  state.place = { page: 'chats', shop: 's', chat: 'c', caseId: '' }
  state.view = {
    chat: { ...row, level: 3 }, level: 3, third_party: false, transcript: [line(1, '我不想活了', { signals: [wish] }), line(2, '买好了', { signals: [bought] })],
    signals: [], case: null, holds: [], referrals: [], follow_ups: [], orders: [], steer: null, suggestions: { seq: 0, stale: false, items: [] },
  } as unknown as ChatView
  prefs.soft = true
})
afterEach(() => {
  shown?.unmount()
  dialog.value = ''
  Object.assign(state, { me: null, view: null, chats: [], hotlines: [], reasons: {} })
})

describe('why a line was read as it was', () => {
  it('says first that it is the talk, then the words; hard ones stay covered', async () => {
    await askWhy(1)
    expect(asked).toEqual(['/chats/s/c/lines/1/why'])
    shown = mount(WhyDialog)
    const text = shown.text()
    expect(text).toContain('单看是 2 级（意念）')
    expect(text).toContain('“不想活了”')
    expect(text).toContain('从例子里学到')
    expect(text).not.toContain('“买好了”')
    expect(text).toContain('若没有“不想活了”，会读成 0 级')
    expect(text).toContain('规则只到 1 级')
    expect(text).toContain('“我不想活了呀”')
    expect(text).not.toContain('难受的那一句')
    expect(text).toContain('只有人可以')
    prefs.soft = false
    await settled()
    expect(shown.text()).toContain('难受的那一句')
    expect(shown.text()).toContain('“买好了”')
  })

  it('asks with the reason of this sitting, and says when there is no answer', async () => {
    state.reasons['s/c'] = '复查'
    answer = { status: 503, body: { error: 'away' } }
    await askWhy()
    const path = `/chats/s/c/lines/2/why?reason=${encodeURIComponent('复查')}`
    expect(asked).toEqual([path, path]) // a busy door is asked twice
    shown = mount(WhyDialog)
    expect(shown.text()).toContain('先照常接住他')
  })

  it('opens from the evidence under a line', async () => {
    shown = mount(LineItem, { props: { line: line(2, '买好了', { signals: [bought] }) } })
    await shown.find('.reasons').trigger('click')
    await settled()
    expect(dialog.value).toBe('why')
    expect(state.why).toMatchObject({ seq: 2, failed: false })
  })
})

describe('hard words', () => {
  it('can be covered again', async () => {
    shown = mount(LineItem, { props: { line: line(2, '买好了', { signals: [bought] }) } })
    await shown.find('.cover').trigger('click')
    expect(shown.find('.bubble').text()).toBe('买好了')
    await shown.find('.cover.again').trigger('click')
    expect(shown.text()).not.toContain('买好了')
  })

  it('are covered in the list too', async () => {
    state.chats = [{ ...row, signals: ['means_seeking'], last: { role: 'customer', text: '喝下去会难受吗' } }]
    shown = mount(ChatList)
    expect(shown.text()).not.toContain('喝下去')
    expect(shown.text()).toContain('打听会不会致命')
    prefs.soft = false
    await settled()
    expect(shown.text()).toContain('喝下去')
  })
})

describe('a number that was given', () => {
  it('says what to do when nobody answers', () => {
    const one: Hotline = { id: 'h', number: '12356', name: '心理援助热线', operator: '', kind: 'crisis', hours: '', open: true, if_no_answer: '占线就隔几分钟再拨', confidence: 'high', last_verified: '2026-01-01', given: false }
    state.hotlines = [one, { ...one, id: 'i', given: true }]
    shown = mount(HotlineBox)
    expect(shown.findAll('.instead')).toHaveLength(1)
    expect(shown.text()).toContain('没人接：占线就隔几分钟再拨')
  })
})
