/** A soft two-note call for new danger. Browsers allow sound only after the person has touched the page. */
let context: AudioContext | null = null

export function allowSound(): void {
  const unlock = (): void => {
    context ??= typeof AudioContext === 'undefined' ? null : new AudioContext()
    void context?.resume()
  }
  window.addEventListener('pointerdown', unlock, { once: true })
  window.addEventListener('keydown', unlock, { once: true })
}

export function ring(urgent: boolean): void {
  if (!context || context.state !== 'running') return
  const notes = urgent ? [659, 880, 659, 880] : [523, 659]
  notes.forEach((frequency, place) => {
    const at = (context as AudioContext).currentTime + place * 0.22
    const tone = (context as AudioContext).createOscillator()
    const volume = (context as AudioContext).createGain()
    tone.type = 'sine'
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(0.16, at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2)
    tone.connect(volume).connect((context as AudioContext).destination)
    tone.start(at)
    tone.stop(at + 0.22)
  })
}
