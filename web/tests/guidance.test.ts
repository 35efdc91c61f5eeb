import { describe, expect, it } from 'vitest'
import type { Line } from '../src/api/types'
import { en } from '../src/i18n/en'
import { zh } from '../src/i18n/zh'
import { avoidFor, nextStep } from '../src/text/guidance'

const ours = (text: string, action: string | null = null): Line => ({ role: 'agent', text, action, status: 'sent', signals: [] }) as unknown as Line
const signal = (name: string) => ({ name, start: 0, end: 1, text: '' })

describe('the next step', () => {
  it('goes from safety to company to a number, and does not ask twice', () => {
    const view = { level: 3 as const, third_party: false, signals: [signal('plan')], transcript: [] as Line[] }
    expect(nextStep(view)).toBe('safe_now')
    view.transcript.push(ours('你现在安全吗？'))
    expect(nextStep(view)).toBe('companion')
    view.transcript.push(ours('', 'utter_ask_companion'))
    expect(nextStep(view)).toBe('distance')
  })

  it('is life first when it is happening', () => {
    expect(nextStep({ level: 4, third_party: false, signals: [signal('in_progress')], transcript: [] })).toBe('emergency')
  })

  it('asks what a product is for before it asks about death', () => {
    expect(nextStep({ level: 2, third_party: false, signals: [signal('means_seeking')], transcript: [] })).toBe('purpose')
    expect(nextStep({ level: 2, third_party: false, signals: [signal('ideation_active')], transcript: [] })).toBe('ask_directly')
  })

  it('is no crisis talk for a question about sizes', () => {
    expect(nextStep({ level: 0, third_party: false, signals: [], transcript: [] })).toBe('service')
    expect(avoidFor(0, false)).toEqual([])
  })
})

describe('the dictionary', () => {
  it('has every sentence that data can ask for', () => {
    for (const level of [1, 2, 3, 4] as const) for (const third of [true, false]) for (const name of avoidFor(level, third)) expect(zh).toHaveProperty([`avoid.${name}`])
  })
  it('says nothing empty, and fills the same gaps in both languages', () => {
    const gaps = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect(zh[key].length, key).toBeGreaterThan(0)
      expect(gaps(en[key]), key).toBe(gaps(zh[key]))
    }
  })
})
