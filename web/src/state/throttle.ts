/** Runs at once, then at most every `ms`, and once more after the last call: nothing that changed is missed. */
export function throttled(act: () => Promise<unknown>, ms: number): () => void {
  let running = false
  let again = false
  const run = async (): Promise<void> => {
    if (running) {
      again = true
      return
    }
    running = true
    do {
      again = false
      await act().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, ms))
    } while (again)
    running = false
  }
  return () => void run()
}
