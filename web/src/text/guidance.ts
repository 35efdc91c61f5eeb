/**
 * What helps a frightened colleague in this minute: one next step, what not to say. After the do/don't
 * lists of suicide-prevention guides (docs/guide, field notes): ask directly, listen, stay, bring a
 * person near, no promises, no arguing. Not reviewed by a clinician yet.
 */
import type { ChatView, Level, Line } from '../api/types'

/** Signals whose words may be hard to read; their text is covered until somebody wants to see it. */
export const GRAPHIC = new Set(['method', 'means_seeking', 'in_progress', 'self_injury', 'preparation', 'attempt_past', 'other_at_risk'])

export type Step =
  | 'service' | 'listen' | 'purpose' | 'ask_directly' | 'safe_now' | 'distance' | 'companion' | 'hotline' | 'stay' | 'third_stay' | 'third_help' | 'emergency'

const SAID: Record<'ask_directly' | 'safe_now' | 'distance' | 'companion' | 'hotline' | 'purpose', { action: RegExp; words: RegExp }> = {
  ask_directly: { action: /ask_suicide_directly/, words: /自杀|想死|结束.{0,3}生命|不想活/ },
  safe_now: { action: /ask_safety/, words: /安全/ },
  distance: { action: /ask_means_access/, words: /离.{0,8}远|拿开|放远|收起来|手边|身边有没有/ },
  companion: { action: /ask_companion/, words: /一个人|身边有人|陪(着)?你|谁在(你)?身边/ },
  hotline: { action: /refer_(hotline|emergency)/, words: /\d{3,}|热线|急救|报警/ },
  purpose: { action: /ask_purpose/, words: /做什么用|用途|用在|打算用/ },
}

/** Which steps were taken already, by the bot's acts or by the words a person chose. */
export function stepsDone(lines: readonly Line[]): Set<keyof typeof SAID> {
  const ours = lines.filter((line) => line.role !== 'customer' && line.status !== 'dropped')
  const done = new Set<keyof typeof SAID>()
  for (const [step, { action, words }] of Object.entries(SAID)) {
    if (ours.some((line) => action.test(line.action ?? '') || words.test(line.text))) done.add(step as keyof typeof SAID)
  }
  return done
}

/** The one next step to show, most important first. */
export function nextStep(view: Pick<ChatView, 'level' | 'third_party' | 'transcript' | 'signals'>): Step {
  const done = stepsDone(view.transcript)
  const names = new Set(view.signals.map((signal) => signal.name))
  if (view.level === 0) return 'service'
  if (view.third_party && view.level >= 2) {
    if (view.level >= 4 && !done.has('hotline')) return 'emergency'
    return done.has('companion') ? 'third_help' : 'third_stay'
  }
  if (view.level === 1) return 'listen'
  if (view.level === 2) {
    if (names.has('means_seeking') && !names.has('ideation_active') && !names.has('ideation_passive') && !done.has('purpose')) return 'purpose'
    if (!done.has('ask_directly')) return 'ask_directly'
    if (!done.has('safe_now')) return 'safe_now'
    if (!done.has('companion')) return 'companion'
    return done.has('hotline') ? 'stay' : 'hotline'
  }
  if (view.level === 4 && names.has('in_progress') && !done.has('hotline')) return 'emergency'
  if (!done.has('distance') && view.level === 4) return 'distance'
  if (!done.has('safe_now')) return 'safe_now'
  if (!done.has('companion')) return 'companion'
  if (!done.has('distance')) return 'distance'
  return done.has('hotline') ? 'stay' : 'hotline'
}

/** Keys of the do-not list for a level, `avoid.*` of the dictionary. */
export function avoidFor(level: Level, thirdParty: boolean): string[] {
  if (level === 0) return []
  if (thirdParty && level >= 2) return ['blame_them', 'wait', 'promise_result', 'secret']
  const rows: Record<1 | 2 | 3 | 4, string[]> = {
    1: ['cheer_up', 'compare', 'sell'],
    2: ['around', 'lecture', 'make_promise', 'sell'],
    3: ['guilt', 'argue', 'secret', 'promise_result', 'vanish'],
    4: ['details', 'guilt', 'promise_result', 'wait', 'vanish'],
  }
  return rows[level]
}
