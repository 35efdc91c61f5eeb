/** Who is here, and the event line that tells what changes. */
import { ApiError, get, onStaleToken, post, setCsrf } from '../api/client'
import { Live } from '../api/live'
import type { LiveEvent, Me } from '../api/types'
import { outbox } from './acts'
import { t } from '../i18n'
import { leaveDesk, line, openKey, state } from './base'
import { chatSoon, deskSoon, listSoon, refreshAll } from './reading'

export async function whoAmI(): Promise<void> {
  try {
    begin(await get<Me>('/me'))
  } catch (error) {
    if (error instanceof ApiError && error.retryable) setTimeout(() => void whoAmI(), 1500)
  } finally {
    state.asked = true
  }
}

onStaleToken(async () => {
  const me = await get<Me>('/me').catch(() => null)
  if (!me || me.name !== state.me?.name) return false
  setCsrf(me.csrf)
  return true
})

export async function logIn(name: string, password: string): Promise<void> {
  begin(await post<Me>('/login', { name, password }))
}

const WHO = 'zaoan-who'
/** Whether the one who logs in is the one who was here before in this tab. */
function sameHands(name: string): boolean {
  try {
    const before = sessionStorage.getItem(WHO)
    sessionStorage.setItem(WHO, name)
    return !before || before === name
  } catch {
    return true
  }
}

function begin(me: Me): void {
  setCsrf(me.csrf)
  if (!sameHands(me.name)) {
    outbox.disown(t('talk.fromother'))
    Object.assign(state, { drafts: {}, carried: {} })
  }
  state.me = me
  state.expired = false
  if (!location.hash && me.role === 'interventionist') location.hash = '#/desk'
  if (!location.hash && me.role === 'trainer') location.hash = '#/training'
  if (!location.hash && (me.role === 'auditor' || me.role === 'admin')) location.hash = '#/overview'
  if (!me.rights.includes('see')) return
  line.live?.stop()
  line.live = new Live({ event: onEvent, up: onUp, down: () => (state.line = 'down') })
  line.live.start()
  outbox.wake()
}

export async function logOut(): Promise<void> {
  await post('/logout').catch(() => undefined)
  leaveDesk(false)
}

function onUp(): void {
  state.line = 'up'
  outbox.wake()
  void refreshAll()
}

function onEvent(event: LiveEvent): void {
  if (event.chat_id && `${event.shop_id}/${event.chat_id}` === openKey.value) chatSoon()
  else if (event.case_id && event.case_id === state.view?.case?.id) chatSoon()
  listSoon()
  if (['case', 'alert', 'alert_seen', 'hold', 'follow_up', 'level'].includes(event.type)) deskSoon()
}
