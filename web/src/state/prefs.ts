/** What a person set on this machine: brightness, sound, softened display. */
import { reactive, watch } from 'vue'

export interface Prefs {
  theme: 'auto' | 'light' | 'dark'
  sound: boolean
  soft: boolean
}

function read(): Prefs {
  const standard: Prefs = { theme: 'auto', sound: true, soft: true }
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem('zaoan-prefs') ?? '{}') as Partial<Prefs>) }
  } catch {
    return standard
  }
}

export const prefs = reactive<Prefs>(read())

watch(
  prefs,
  () => {
    document.documentElement.dataset.theme = prefs.theme
    try {
      localStorage.setItem('zaoan-prefs', JSON.stringify(prefs))
    } catch {
      // Storage may be refused; the choice then lasts as long as the tab.
    }
  },
  { immediate: true },
)
