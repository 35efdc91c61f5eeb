/** Runs after `first` ms (at once by default), then at most every `ms`, and once more after the last call: nothing that changed is missed. */
export function throttled(act: () => Promise<unknown>, ms: number, first = 0): () => void {
  let running = false
  let again = false
  const run = async (): Promise<void> => {
    if (running) {
      again = true
      return
    }
    running = true
    if (first) await new Promise((resolve) => setTimeout(resolve, first))
    do {
      again = false
      await act().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, ms))
    } while (again)
    running = false
  }
  return () => void run()
}
