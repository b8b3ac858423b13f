// What a planner does, step by step; figures are compared with the API, never with numbers written down here.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { drawn, newPage, ready, state } from './browser.mjs'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const api = async (origin, path) => (await fetch(`${origin}/api/v1${path}`)).json()

/** Fails on any WCAG 2.2 A or AA finding. */
export async function accessible(page, where) {
  await page.evaluate(axeSource)
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }))
  const told = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`)
  assert.deepEqual(told, [], `accessibility of ${where}`)
}

/** Opens the page, runs the steps, and holds that nothing went wrong unseen. */
async function visit({ browser, origin }, query, options, steps) {
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

const percentText = (share) => `${(Math.round(share * 1000) / 10).toFixed(1)}%`

async function overview(world) {
  await visit(world, '', {}, async (page) => {
    await ready(page)
    await drawn(page)
    const shown = await state(page)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10')
    assert.deepEqual(shown.totals, told.totals)
    assert.equal(await page.locator('[data-kpi="share"]').innerText(), percentText(told.totals.people_share))
    assert.equal(shown.instant.covered.settlements, told.totals.settlements_covered)
    assert.equal(shown.instant.covered.people, told.totals.people_covered)
    assert.equal(shown.instant.unknown.settlements, told.totals.settlements_unknown)
    assert.ok(shown.map.settlements > 0 && shown.map.roads > 0 && shown.map.points > 0, 'the map is drawn')
    if (told.run.synthetic) assert.ok(await page.locator('.banner.synthetic').isVisible())
    await accessible(page, 'overview')
    await page.screenshot({ path: world.picture('overview') })
  })
}

async function slider(world) {
  await visit(world, '', {}, async (page) => {
    await ready(page)
    await drawn(page)
    await page.locator('#limit').focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
    const moved = await state(page)
    assert.equal(moved.view.minutes, 15)
    await ready(page)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=15')
    const after = await state(page)
    assert.equal(after.instant.covered.people, told.totals.people_covered, 'the page and the server agree at 15 minutes')
    assert.equal(moved.instant.covered.people, told.totals.people_covered, 'the figure followed at once')
    assert.ok(after.map.slowestPaintMs < 50, `a slider step took ${after.map.slowestPaintMs} ms`)
    assert.match(page.url(), /minutes=15/)
  })
}

export const journeys = { overview, slider }
