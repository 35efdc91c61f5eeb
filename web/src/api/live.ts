/**
 * What changes, live. One tab of the browser holds the line and passes events to the others, since a
 * browser opens at most six lines to a host. Each tab remembers the last event id it saw, so whichever
 * tab takes over goes on where the others stopped. Events are pointers: hearing one twice does no harm.
 */
import type { LiveEvent } from './types'

const SILENT_AFTER = 20_000
const LOCK = 'zaoan-live'

export interface LiveHooks {
  event: (event: LiveEvent) => void
  /** The line is there (again); `resumed` is false at the very first time. */
  up: (resumed: boolean) => void
  down: () => void
}

type Note = { kind: 'event'; event: LiveEvent } | { kind: 'up'; id: string } | { kind: 'down' } | { kind: 'ask' }

export class Live {
  leader = false
  private last = ''
  private seen = new Set<string>()
  private wasUp = false
  private isUp = false
  private source: EventSource | null = null
  private heardAt = 0
  private tries = 0
  private timer = 0
  private stopped = false
  private release: (() => void) | null = null
  private readonly channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(LOCK)

  constructor(private readonly hooks: LiveHooks) {}

  start(): void {
    this.stopped = false
    if (this.channel) {
      this.channel.onmessage = (message: MessageEvent<Note>) => this.hear(message.data)
      this.channel.postMessage({ kind: 'ask' } satisfies Note)
    }
    window.addEventListener('offline', this.lost)
    window.addEventListener('online', this.again)
    const locks = (navigator as { locks?: LockManager }).locks
    if (!locks || !this.channel) return this.lead()
    void locks.request(LOCK, () =>
      this.stopped ? undefined : new Promise<void>((resolve) => {
        this.release = resolve
        this.lead()
      }),
    )
  }

  stop(): void {
    this.stopped = true
    this.leader = false
    clearTimeout(this.timer)
    this.source?.close()
    this.source = null
    this.release?.()
    window.removeEventListener('offline', this.lost)
    window.removeEventListener('online', this.again)
  }

  private lead(): void {
    this.leader = true
    this.connect()
    this.watch()
  }

  private connect(): void {
    this.source?.close()
    const after = this.last ? `?after=${encodeURIComponent(this.last)}` : ''
    const source = new EventSource(`/api/console/live${after}`)
    this.source = source
    this.heardAt = Date.now()
    source.addEventListener('hello', (event) => {
      this.last = event.lastEventId || this.last
      this.tries = 0
      this.found()
      this.channel?.postMessage({ kind: 'up', id: this.last } satisfies Note)
    })
    source.addEventListener('beat', () => (this.heardAt = Date.now()))
    source.onmessage = (message) => {
      this.heardAt = Date.now()
      this.last = message.lastEventId
      const event = { ...(JSON.parse(message.data) as LiveEvent), id: message.lastEventId }
      this.take(event)
      this.channel?.postMessage({ kind: 'event', event } satisfies Note)
    }
    source.onerror = () => {
      source.close()
      this.lost()
      this.later()
    }
  }

  /** A line may die without a word (sleep, a changed network): silence is a loss too. */
  private watch(): void {
    if (this.stopped) return
    if (this.isUp && Date.now() - this.heardAt > SILENT_AFTER) {
      this.lost()
      this.connect()
    }
    setTimeout(() => this.watch(), 2000)
  }

  private later(): void {
    clearTimeout(this.timer)
    if (this.stopped) return
    this.tries += 1
    this.timer = window.setTimeout(() => this.connect(), Math.min(300 * 2 ** Math.min(this.tries, 5), 4000))
  }

  private readonly again = (): void => {
    if (this.leader && !this.isUp) {
      clearTimeout(this.timer)
      this.connect()
    }
  }

  private found(): void {
    this.heardAt = Date.now()
    if (this.isUp) return
    this.isUp = true
    this.hooks.up(this.wasUp)
    this.wasUp = true
  }

  private readonly lost = (): void => {
    if (this.leader) this.channel?.postMessage({ kind: 'down' } satisfies Note)
    if (!this.isUp && this.wasUp) return
    this.isUp = false
    this.wasUp = true
    this.hooks.down()
  }

  private take(event: LiveEvent): void {
    if (this.seen.has(event.id)) return
    this.seen.add(event.id)
    if (this.seen.size > 2000) this.seen = new Set([...this.seen].slice(-500))
    this.hooks.event(event)
  }

  private hear(note: Note): void {
    if (note.kind === 'ask') {
      if (this.leader && this.isUp) this.channel?.postMessage({ kind: 'up', id: this.last } satisfies Note)
    } else if (this.leader) {
      return
    } else if (note.kind === 'event') {
      this.last = note.event.id
      this.take(note.event)
    } else if (note.kind === 'up') {
      this.last = note.id || this.last
      this.found()
    } else {
      this.lost()
    }
  }
}
