import { describe, expect, it, vi } from 'vitest'
import { ApiError } from '../src/api/client'
import { Outbox, type Command } from '../src/api/outbox'

const settle = async (): Promise<void> => { for (let n = 0; n < 40; n += 1) await Promise.resolve() }
const message = (label: string, lane = 'chat s/c', basedOn = 1) => ({ lane, kind: 'message' as const, path: '/x', body: { text: label }, label, basedOn })

describe('commands on their way', () => {
  it('go again under the same key until they are taken, so that a customer reads them once', async () => {
    const keys: string[] = []
    const send = vi.fn(async (_: string, __: unknown, key: string) => {
      keys.push(key)
      if (keys.length < 4) throw new ApiError([0, 502, 503][keys.length - 1] as number, 'away')
      return {}
    })
    const items: Command[] = []
    new Outbox(items, { send, sleep: async () => undefined }).push(message('我在'))
    await settle()
    expect(send).toHaveBeenCalledTimes(4)
    expect(new Set(keys).size).toBe(1)
    expect(items).toHaveLength(0)
  })

  it('keep their order within a chat, and do not wait for another chat', async () => {
    const sent: string[] = []
    let open = false
    const send = async (_: string, body: unknown): Promise<object> => {
      const text = (body as { text: string }).text
      if (text === '一' && !open) throw new ApiError(0, 'away')
      sent.push(text)
      return {}
    }
    const wait: (() => void)[] = []
    const box = new Outbox([], { send, sleep: () => new Promise((resolve) => wait.push(resolve)) })
    box.push(message('一'))
    box.push(message('二'))
    box.push(message('别处', 'chat s/d'))
    await settle()
    expect(sent).toEqual(['别处'])
    open = true
    wait.forEach((go) => go())
    await settle()
    expect(sent).toEqual(['别处', '一', '二'])
  })

  it('stop for a second look when the customer said more while they waited', async () => {
    let tries = 0
    const send = async (): Promise<object> => {
      tries += 1
      if (tries === 1) throw new ApiError(0, 'away')
      return {}
    }
    const items: Command[] = []
    const box = new Outbox(items, { send, sleep: async () => undefined, movedOn: async () => true })
    box.push(message('没事的'))
    await settle()
    expect(items[0]?.state).toBe('review')
    expect(tries).toBe(1)
    box.confirm(items[0]?.key ?? '', { force: true })
    await settle()
    // A person has looked: it is not asked again.
    expect(tries).toBe(2)
  })

  it('stay visible when they are refused', async () => {
    const items: Command[] = []
    new Outbox(items, { send: async () => { throw new ApiError(409, 'writer', { writer: 'li' }) } }).push(message('您好'))
    await settle()
    expect(items[0]).toMatchObject({ state: 'refused', problem: { writer: 'li' } })
  })

  it('wait for a log-in and survive a reload', async () => {
    const saved = new Map<string, string>()
    const storage = { getItem: (name: string) => saved.get(name) ?? null, setItem: (name: string, value: string) => void saved.set(name, value) }
    const loggedOut = vi.fn()
    const box = new Outbox([], { send: async () => { throw new ApiError(401, 'log in first') }, loggedOut }, storage)
    box.push(message('还在'))
    await settle()
    expect(loggedOut).toHaveBeenCalledOnce()
    const sent: string[] = []
    const again = new Outbox([], { send: async (_, body) => { sent.push((body as { text: string }).text); return {} } }, storage)
    await settle()
    // Not before it is known who is here: the door would refuse what comes without a token.
    expect(sent).toEqual([])
    again.wake()
    await settle()
    expect(sent).toEqual(['还在'])
  })

  it('are not sent in the name of whoever logs in next', async () => {
    const send = vi.fn(async (): Promise<object> => { throw new ApiError(401, 'log in first') })
    const items: Command[] = []
    const box = new Outbox(items, { send })
    box.push(message('还在'))
    box.push({ ...message('交给机器人', 'chat s/d'), kind: 'act' })
    await settle()
    box.disown('上一位同事')
    box.wake()
    await settle()
    expect(items.map((item) => [item.label, item.state, item.error])).toEqual([['还在', 'refused', '上一位同事']])
    expect(send).toHaveBeenCalledTimes(2)
  })
})
