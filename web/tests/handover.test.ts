import { describe, expect, it } from 'vitest'
import type { DeskCase, Line } from '../src/api/types'
import { handedOver, handoverDraft } from '../src/text/handover'

const contact = (whom: string, by: string, at: string, more = {}) => ({ number: 1, at, by, whom, told: '说了', confirmed: false, responder: '', confirmed_by: '', confirmed_at: null, ...more })
const aCase = (more: Partial<DeskCase> = {}): DeskCase =>
  ({ id: 'k', level: 3, status: 'open', escalation: 'accepted', accepted_by: 'li', accepted_at: '2026-01-15T20:01:00+08:00', contacts: [], holds: [], follow_ups: [], ...more }) as unknown as DeskCase
const said = { seq: 1, at: '2026-01-15T20:00:00+08:00', role: 'customer', text: '药买好了', level: 3, status: 'received', signals: [{ name: 'preparation', start: 0, end: 4, text: '药买好了' }] } as unknown as Line

describe('the summary for the next shift', () => {
  it('begins with what is on record, never with the words of the customer', () => {
    const item = aCase({
      contacts: [contact('police', 'li', '2026-01-15T20:05:00+08:00', { confirmed: true })],
      holds: [{ order_id: 'A', state: 'held' }, { order_id: 'B', state: 'released' }] as unknown as DeskCase['holds'],
      follow_ups: [{ kind: 'morning', due_at: '2026-01-16T08:00:00+08:00', state: 'scheduled' }],
    })
    const draft = handoverDraft(item, { transcript: [said] }, ['心理援助热线 12356'])
    expect(draft.split('\n')).toEqual([
      '现在：3 高危、在做准备', '他最后说话：20:00', '已告诉：警察 20:05（帮助已到人身边）', '停着的订单：1 个', '给过的电话：心理援助热线 12356', '答应了：次日早安 01-16 08:00', '谁在他身边：', '下一步：',
    ])
    expect(draft).not.toContain('药')
  })

  it('says so when nobody outside knows yet', () => {
    expect(handoverDraft(aCase(), null)).toContain('还没有联系外面的人')
  })

  it('marks a case until somebody takes over', () => {
    const note = contact('next_shift', 'li', '2026-01-15T23:00:00+08:00')
    expect(handedOver(aCase())).toBe(false)
    expect(handedOver(aCase({ contacts: [note] }))).toBe(true)
    expect(handedOver(aCase({ contacts: [note], accepted_by: 'wang', accepted_at: '2026-01-15T23:10:00+08:00' }))).toBe(false)
    expect(handedOver(aCase({ contacts: [note], accepted_at: '2026-01-16T20:00:00+08:00' }))).toBe(false)
    expect(handedOver(aCase({ contacts: [note], status: 'closed' }))).toBe(false)
  })
})
