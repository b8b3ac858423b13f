// What every journey needs: a watched page, the API beside it, and the accessibility check.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { drawn, newPage, nextFrame, patience, ready, state } from './browser.mjs'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const api = async (origin, path) => (await fetch(`${origin}/api/v1${path}`)).json()
export const post = async (origin, path, body) => (await fetch(`${origin}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json()

/** Fails on any WCAG 2.2 A or AA finding. */
export async function accessible(page, where) {
  await page.evaluate(axeSource)
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  const told = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`)
  assert.deepEqual(told, [], `accessibility of ${where}`)
}

/** Opens the page, runs the steps, and holds that nothing went wrong unseen. */
export async function visit({ browser, origin }, query, options, steps) {
  const { page, watch, context } = await newPage(browser, origin, options)
  try {
    await page.goto(`${origin}/${query}`)
    await steps(page, watch)
    assert.deepEqual(watch.errors, [], 'console errors')
    assert.deepEqual(watch.foreign, [], 'requests to other origins')
  } finally {
    await context.close()
  }
}

/** Opens the page on a screen with a map and waits until everything is there. */
export async function visitMap(world, query, options, steps) {
  await visit(world, query, options, async (page, watch) => {
    await ready(page)
    await drawn(page)
    await steps(page, watch)
  })
}

/** Where a place lies in the window. */
export async function pixel(page, lon, lat) {
  const at = await page.evaluate(([x, y]) => { const p = window.__app.state().map.pixel(x, y); return { x: p.x, y: p.y } }, [lon, lat])
  const box = await page.locator('.map-box .map').boundingBox()
  return { x: box.x + at.x, y: box.y + at.y }
}

/** True when the program under test has a route at all; one that was built without it says so (404, or 503 not_available). */
export async function has(origin, path) {
  const answer = await fetch(`${origin}/api/v1${path}`)
  const missing = answer.status === 404 || (answer.status === 503 && (await answer.json()).code === 'not_available')
  if (missing) console.log(`      left out: this program has no ${path}`)
  return !missing
}

export const percentText = (share) => `${(Math.round(share * 1000) / 10).toFixed(1)}%`

/** Waits until a condition on the page's state holds. */
export function until(page, condition, argument = null, timeout = patience) {
  return page.waitForFunction(condition, argument, { timeout })
}

/** Waits until figures and circle of the draft are told, and gives what is shown. */
export async function settled(page) {
  await nextFrame(page)
  await until(page, () => { const s = window.__app.state(); return !s.whatIfBusy && s.whatIf !== null })
  await nextFrame(page)
  return state(page)
}

/** Holds that what the page shows of a draft is what the API answers. */
export async function asAnswered(origin, shown, edits) {
  const told = await post(origin, '/what-if', { profile: 'walk', minutes: 10, edits, circle: true })
  assert.deepEqual(shown.whatIf.totals_after, told.totals_after)
  assert.deepEqual(shown.whatIf.gained, told.gained)
  assert.deepEqual(shown.whatIf.lost, told.lost)
  return told
}
