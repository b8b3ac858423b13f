// Starts Debian's Chromium with software WebGL and watches every page for errors and for requests to other origins.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const flags = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run']

/** How long a step may take, ms: a limit for what never comes, generous because machines that build are slow and busy. */
export const patience = Number(process.env.PATIENCE) || 120000

export function launch(extra = []) {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (!executablePath) throw new Error('no Chromium found: install it (apt install chromium) or set CHROMIUM to its path')
  return chromium.launch({ executablePath, args: [...flags, ...extra] })
}

/** Opens a page at a viewport; `watch` collects what must not happen. */
export async function newPage(browser, origin, { width = 1366, height = 768, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write', ...(options.permissions ?? [])])
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  const watch = { errors: [], foreign: [], expected: [] }
  const isExpected = (text) => watch.expected.some((pattern) => pattern.test(text))
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url ?? ''}`
    if (message.type() === 'error' && !isExpected(text)) watch.errors.push(text)
  })
  page.on('pageerror', (error) => watch.errors.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) watch.foreign.push(url)
  })
  return { page, watch, context }
}

export const state = (page) => page.evaluate(() => window.__app.state())

/** Waits until the page shows the server's own answer to what is asked. */
export async function ready(page, timeout = patience) {
  await page.waitForFunction(() => window.__app?.state().ready, null, { timeout })
}

/** Waits until the map stands still and has drawn what it was given. */
export async function still(page) {
  await page.waitForFunction(() => { const { map } = window.__app.state(); return map.loaded && map.idle }, null, { timeout: patience })
}

/** Waits until the page has drawn what the last step changed. */
export async function nextFrame(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** Waits until the map is drawn. */
export async function drawn(page, timeout = patience) {
  await page.waitForFunction(() => window.__app?.state().map?.loaded, null, { timeout })
}
