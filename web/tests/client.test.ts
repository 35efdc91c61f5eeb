import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, onStaleToken, post, setCsrf } from '../src/api/client'

const answers = (...statuses: number[]): { token: string; key: string }[] => {
  const seen: { token: string; key: string }[] = []
  vi.stubGlobal('fetch', (_: string, asked: RequestInit) => {
    const headers = asked.headers as Record<string, string>
    seen.push({ token: headers['X-CSRF-Token'] ?? '', key: headers['Idempotency-Key'] ?? '' })
    const status = statuses.shift() ?? 200
    return Promise.resolve(new Response(JSON.stringify(status === 403 ? { error: 'X-CSRF-Token: missing or wrong' } : {}), { status }))
  })
  return seen
}
afterEach(() => onStaleToken(() => Promise.resolve(false)))

describe('a token that another tab has made old', () => {
  it('is asked for anew and the same command goes on under its key', async () => {
    setCsrf('old')
    onStaleToken(() => { setCsrf('new'); return Promise.resolve(true) })
    const seen = answers(403, 200)
    await post('/x', {}, 'k1')
    expect(seen).toEqual([{ token: 'old', key: 'k1' }, { token: 'new', key: 'k1' }])
  })

  it('is a log-in when somebody else is here now, never a command in their name', async () => {
    onStaleToken(() => Promise.resolve(false))
    const seen = answers(403, 200)
    await expect(post('/x', {}, 'k1')).rejects.toMatchObject({ status: 401 } satisfies Partial<ApiError>)
    expect(seen).toHaveLength(1)
  })

  it('is asked for once: a door that always refuses is told as it is', async () => {
    onStaleToken(() => Promise.resolve(true))
    const seen = answers(403, 403, 200)
    await expect(post('/x', {}, 'k1')).rejects.toMatchObject({ status: 403 } satisfies Partial<ApiError>)
    expect(seen).toHaveLength(2)
  })
})
