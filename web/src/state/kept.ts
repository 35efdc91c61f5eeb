/** Half-written words, and which grave chats somebody carries, survive a reload of this tab; never a log-out. */
import { watch } from 'vue'
import { state } from './base'

const NAME = 'zaoan-kept'

function restore(): void {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) ?? '{}') as Partial<Pick<typeof state, 'drafts' | 'carried'>>
    Object.assign(state, { drafts: kept.drafts ?? {}, carried: kept.carried ?? {} })
  } catch {
    // Storage may be refused; they then last as long as the page.
  }
}

restore()
watch(
  () => [state.drafts, state.carried] as const,
  ([drafts, carried]) => {
    const written = Object.fromEntries(Object.entries(drafts).filter(([, draft]) => draft.text))
    try {
      sessionStorage.setItem(NAME, JSON.stringify({ drafts: written, carried }))
    } catch {
      // As above.
    }
  },
  { deep: true },
)
