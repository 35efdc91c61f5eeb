/** Title, icon and app badge: danger is seen even when another tab is in front. */
export function showBadge(count: number, name: string): void {
  document.title = count ? `(${count}) ⚠ ${name}` : name
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  const base = import.meta.env.BASE_URL
  if (icon) icon.href = `${base}${count ? 'icon-alert.svg' : 'icon.svg'}`
  const app = navigator as { setAppBadge?: (n: number) => Promise<void>; clearAppBadge?: () => Promise<void> }
  void (count ? app.setAppBadge?.(count) : app.clearAppBadge?.())?.catch(() => undefined)
}
