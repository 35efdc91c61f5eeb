import { ref, watchEffect } from 'vue'
import { en } from './en'
import { zh, type Key } from './zh'

export type { Key }
export type Language = 'zh' | 'en'

export const language = ref<Language>(kept('zaoan-lang') === 'en' ? 'en' : 'zh')

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

/** A sentence of the dictionary with its gaps filled; an unknown key is shown as it is. */
export function t(key: Key, fill: Record<string, string | number> = {}): string {
  const text: string = (language.value === 'en' ? en[key] : zh[key]) ?? key
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name] ?? ''))
}

/** For keys that are made from data (`signal.plan`): the last part when there is no sentence for it. */
export function told(prefix: string, name: string, fill: Record<string, string | number> = {}): string {
  const key = `${prefix}.${name}`
  return key in zh ? t(key as Key, fill) : name
}

export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh'
}

watchEffect(() => {
  if (typeof document === 'undefined') return
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  try {
    localStorage.setItem('zaoan-lang', language.value)
  } catch {
    // Storage may be refused; the choice then lasts as long as the tab.
  }
})

/** A length of time in its largest unit. */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 60) return t('time.s', { n: s })
  if (s < 3600) return t('time.m', { n: Math.floor(s / 60) })
  if (s < 86400 * 2) return t('time.h', { n: Math.floor(s / 3600) })
  return t('time.d', { n: Math.floor(s / 86400) })
}

/** Minutes and seconds for countdowns. */
export function clock(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
}

/** Hour and minute of a time as the door told it. */
export const hourOf = (at: string): string => at.slice(11, 16)
