/**
 * Commands on their way: shown at once, sent in order per lane, sent again under the same key until
 * the door has answered. A command that the door refuses stays visible until a person looks at it.
 */
import { ApiError, newKey, post } from './client'

export type CommandState = 'sending' | 'waiting' | 'review' | 'refused'

export interface Command {
  key: string
  /** Commands of one lane (a chat, a case) go one after the other. */
  lane: string
  kind: 'message' | 'act'
  path: string
  body: Record<string, unknown>
  /** What the person sees while it is under way. */
  label: string
  /** Newest customer line that was on the screen when it was given. */
  basedOn: number
  at: number
  tries: number
  state: CommandState
  error: string
  problem: Record<string, unknown>
}

type NewCommand = Pick<Command, 'lane' | 'kind' | 'path' | 'body' | 'label'> & { basedOn?: number }

export interface OutboxHooks {
  send?: (path: string, body: unknown, key: string) => Promise<unknown>
  sleep?: (ms: number) => Promise<void>
  /** Asked before a message that had to wait goes out: has the customer said more meanwhile? */
  movedOn?: (command: Command) => Promise<boolean>
  done?: (command: Command, answer: unknown) => void | Promise<void>
  refused?: (command: Command, error: ApiError) => void
  loggedOut?: () => void
}

/** `basedOn` of a message that a person has looked at again. */
const LOOKED = Number.MAX_SAFE_INTEGER

export const backoff = (tries: number): number => Math.min(500 * 2 ** Math.max(0, tries - 1), 5000)

export class Outbox {
  private readonly busy = new Set<string>()
  private wakers: (() => void)[] = []
  private paused = false

  constructor(
    readonly items: Command[],
    private readonly hooks: OutboxHooks,
    private readonly saved: Pick<Storage, 'getItem' | 'setItem'> | null = null,
  ) {
    const kept = this.restore()
    // Nothing goes out before it is known who is at the keyboard: without their token the door would refuse it.
    this.paused = kept.length > 0
    for (const item of kept) this.items.push({ ...item, state: item.state === 'refused' ? 'refused' : 'waiting' })
  }

  push(command: NewCommand): Command {
    const item: Command = {
      basedOn: 0, ...command, key: newKey(), at: Date.now(), tries: 0, state: 'sending', error: '', problem: {},
    }
    this.items.push(item)
    this.save()
    void this.run(item.lane)
    // The reactive twin, so that callers see its state change.
    return this.items.find((other) => other.key === item.key) ?? item
  }

  remove(key: string): Command | undefined {
    const at = this.items.findIndex((item) => item.key === key)
    const [found] = at >= 0 ? this.items.splice(at, 1) : []
    this.save()
    if (found) void this.run(found.lane)
    return found
  }

  /** A person has looked: send it as it is. */
  confirm(key: string, changes: Record<string, unknown> = {}): void {
    const item = this.items.find((other) => other.key === key)
    if (!item) return
    item.body = { ...item.body, ...changes }
    item.state = 'sending'
    item.basedOn = LOOKED
    this.save()
    void this.run(item.lane)
  }

  /** Somebody else sits here now: words of a colleague wait to be looked at, their acts are not done. */
  disown(why: string): void {
    const left = this.items.filter((item) => item.kind === 'message')
    for (const item of left) Object.assign(item, { state: 'refused', error: why, problem: {} })
    this.items.splice(0, this.items.length, ...left)
    this.save()
  }

  /** The line is back or somebody logged in: try now instead of later. */
  wake(): void {
    this.paused = false
    for (const waker of this.wakers.splice(0)) waker()
    for (const lane of new Set(this.items.map((item) => item.lane))) void this.run(lane)
  }

  private async run(lane: string): Promise<void> {
    if (this.busy.has(lane)) return
    this.busy.add(lane)
    try {
      for (let item = this.head(lane); item && !this.paused; item = this.head(lane)) {
        if (!(await this.attempt(item))) break
      }
    } finally {
      this.busy.delete(lane)
    }
  }

  private head(lane: string): Command | undefined {
    const first = this.items.find((item) => item.lane === lane && item.state !== 'refused')
    return first && first.state !== 'review' ? first : undefined
  }

  /** True when the lane may go on. */
  private async attempt(item: Command): Promise<boolean> {
    try {
      if (item.tries > 0 && item.kind === 'message' && item.basedOn < LOOKED && (await this.hooks.movedOn?.(item))) {
        item.state = 'review'
        this.save()
        return false
      }
      item.tries += 1
      item.state = item.tries > 1 ? 'waiting' : 'sending'
      this.save()
      const answer = await (this.hooks.send ?? post)(item.path, item.body, item.key)
      await this.hooks.done?.(item, answer)
      this.drop(item)
      return true
    } catch (raw) {
      const error = raw instanceof ApiError ? raw : new ApiError(0, String(raw))
      if (error.status === 401) {
        item.state = 'waiting'
        this.paused = true
        this.hooks.loggedOut?.()
        return false
      }
      if (error.retryable) {
        item.state = 'waiting'
        item.error = error.message
        await this.pause(backoff(item.tries))
        return true
      }
      item.state = 'refused'
      item.error = error.message
      item.problem = error.body
      this.save()
      this.hooks.refused?.(item, error)
      return true
    }
  }

  private drop(item: Command): void {
    const at = this.items.findIndex((other) => other.key === item.key)
    if (at >= 0) this.items.splice(at, 1)
    this.save()
  }

  private async pause(ms: number): Promise<void> {
    if (this.hooks.sleep) return this.hooks.sleep(ms)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wakers.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  private save(): void {
    try {
      this.saved?.setItem('zaoan-outbox', JSON.stringify(this.items))
    } catch {
      // Private windows may refuse storage; the queue then lives as long as the tab.
    }
  }

  private restore(): Command[] {
    try {
      return JSON.parse(this.saved?.getItem('zaoan-outbox') ?? '[]') as Command[]
    } catch {
      return []
    }
  }
}
