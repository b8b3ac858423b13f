// Figures of the page in headless Chromium with software rendering, for docs/benchmarks.md: `npm run bench`, or one part with `--only drag`.
import { cpus, loadavg } from 'node:os'
import { drawn, launch, newPage, nextFrame, ready, state, still } from './browser.mjs'
import { grow } from './large.mjs'
import { program, served } from './served.mjs'
import { api, pixel } from './visit.mjs'

const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : ''
const sorted = (list) => [...list].sort((a, b) => a - b)
const quantile = (list, q) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? NaN
const ms = (n) => `${n.toFixed(n < 10 ? 1 : 0)} ms`
const kb = (n) => `${(n / 1000).toFixed(0)} kB`
const spread = (list) => `median ${ms(quantile(list, 0.5))}, 95th percentile ${ms(quantile(list, 0.95))}, worst ${ms(Math.max(...list))}`
const told = (what, value) => console.log(`${what.padEnd(58)} ${value}`)

/** Notes in the page when the figures and the map are first seen, and every task that holds up input. */
function observe() {
  window.__seen = { figures: 0, map: 0, tasks: [] }
  new PerformanceObserver((list) => { for (const e of list.getEntries()) window.__seen.tasks.push({ at: e.startTime, took: e.duration }) }).observe({ type: 'longtask', buffered: true })
  const look = () => {
    const now = performance.now()
    if (!window.__seen.figures && document.querySelector('[data-kpi="share"]')) window.__seen.figures = now
    if (!window.__seen.map && document.querySelector('.map canvas') && !document.querySelector('.map-wait')) window.__seen.map = now
    if (!window.__seen.figures || !window.__seen.map) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

async function visited(browser, origin, query, options, steps) {
  const { page, context } = await newPage(browser, origin, options)
  await page.addInitScript(observe)
  await page.goto(`${origin}/${query}`)
  await ready(page)
  await drawn(page)
  await still(page)
  try { return await steps(page) } finally { await context.close() }
}

/** Everything that came over the wire, compressed as it was, for the page and its workers (tiles are fetched by those). */
async function fetched(page) {
  const read = () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((e) => ({ url: e.name.replace(location.origin, ''), size: e.transferSize }))
  const lists = await Promise.all([page.evaluate(read), ...page.workers().map((worker) => worker.evaluate(read))])
  return lists.flat()
}

const forgetTasks = (page) => page.evaluate(() => { window.__seen.tasks.length = 0 })
const longestTask = async (page) => Math.max(0, ...(await page.evaluate(() => window.__seen.tasks.map((x) => x.took))))

/** From a cold start: when figures and map are seen, what came over the wire. */
async function first(browser, origin, name) {
  const figures = []
  const maps = []
  for (let i = 0; i < 5; i++) {
    await visited(browser, origin, '', {}, async (page) => {
      const seen = await page.evaluate(() => window.__seen)
      figures.push(seen.figures)
      maps.push(seen.map)
      if (i > 0) return
      const all = await fetched(page)
      const tiles = all.filter((x) => x.url.startsWith('/tiles/'))
      told(`${name}: first view over the wire`, `${kb(all.reduce((n, x) => n + x.size, 0))} in ${all.length} answers, of which ${kb(tiles.reduce((n, x) => n + x.size, 0))} in ${tiles.length} tiles`)
      told(`${name}: largest tile of the first view`, tiles.length ? kb(Math.max(...tiles.map((x) => x.size))) : 'none')
      for (const x of all.sort((a, b) => b.size - a.size).slice(0, args.includes('--verbose') ? 12 : 0)) told(`   ${x.url.slice(0, 55)}`, kb(x.size))
    })
  }
  told(`${name}: figures seen after navigation`, spread(figures))
  told(`${name}: map seen after navigation`, spread(maps))
}

/** One step of the limit slider: the work of the page from the input to the changed document and map. */
async function slider(browser, origin, name) {
  await visited(browser, origin, '', {}, async (page) => {
    const steps = await page.evaluate(async () => {
      const limit = document.querySelector('#limit')
      const took = []
      for (const value of [...Array(60).keys(), ...[...Array(60).keys()].reverse()].map((n) => n + 1)) {
        const began = performance.now()
        limit.value = String(value)
        limit.dispatchEvent(new Event('input', { bubbles: true }))
        // Vue brings the document up to date in a microtask; what follows in a later task does not belong to the step
        for (let i = 0; i < 8; i++) await Promise.resolve()
        took.push(performance.now() - began)
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      }
      return took
    })
    told(`${name}: a step of the limit slider`, spread(steps))
    await ready(page)
    await forgetTasks(page)
    await page.locator('#limit').focus()
    for (let i = 0; i < 20; i++) { await page.keyboard.press('ArrowRight'); await nextFrame(page) }
    told(`${name}: longest task while sliding by key`, ms(await longestTask(page)))
  })
}

/** Panning by mouse: frames that come, and the longest task that could hold up input. */
async function pan(browser, origin, name) {
  await visited(browser, origin, '', {}, async (page) => {
    const box = await page.locator('.map-box .map').boundingBox()
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await page.evaluate(() => window.__app.state())
    await forgetTasks(page)
    const before = (await state(page)).map.frames
    const began = Date.now()
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.down()
    for (let i = 1; i <= 120; i++) {
      await page.mouse.move(middle.x + 120 * Math.sin(i / 10), middle.y + 60 * Math.sin(i / 7))
      await page.waitForTimeout(16)
    }
    await page.mouse.up()
    const seconds = (Date.now() - began) / 1000
    const longest = await longestTask(page)
    told(`${name}: panning`, `${(((await state(page)).map.frames - before) / seconds).toFixed(1)} frames a second, longest task ${ms(longest)}`)
  })
}

/** A point dragged over the map by the mouse for some seconds: how often new figures and a new circle are seen. */
async function drag(browser, origin, name) {
  const points = (await api(origin, '/points')).filter((p) => p.status === 'built')
  const times = await api(origin, '/coverage/times?profile=walk&level=duty')
  const served = new Map()
  times.settlement.facility.forEach((f, i) => { if (f !== null && times.settlement.ms[i] <= 600000) served.set(times.facility_ids[f], (served.get(times.facility_ids[f]) ?? 0) + 1) })
  const point = points.filter((p) => served.has(p.id)).sort((a, b) => served.get(b.id) - served.get(a.id) || (a.id < b.id ? -1 : 1))[0]
  await visited(browser, origin, `?s=siting&at=12.5/${point.lat}/${point.lon}`, {}, async (page) => {
    const from = await pixel(page, point.lon, point.lat)
    await page.evaluate(() => {
      const seen = { figures: 0, text: 0, circle: 0, frames: 0, on: true, last: '', lastAnswer: 0, lastCircle: 0, gaps: [] }
      window.__drag = seen
      let before = performance.now()
      const look = () => {
        const now = performance.now()
        seen.gaps.push(now - before)
        before = now
        seen.frames++
        const { answers, circles } = window.__app.drag()
        if (answers !== seen.lastAnswer) { seen.lastAnswer = answers; seen.figures++ }
        if (circles !== seen.lastCircle) { seen.lastCircle = circles; seen.circle++ }
        const text = [...document.querySelectorAll('.effect strong')].map((e) => e.textContent).join()
        if (text !== seen.last) { seen.last = text; seen.text++ }
        if (seen.on) requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(from.x + 6, from.y)
    await page.waitForFunction(() => window.__app.drag().circles > 0)
    await page.evaluate(() => Object.assign(window.__drag, { figures: 0, text: 0, circle: 0, frames: 0, gaps: [] }))
    await forgetTasks(page)
    const began = Date.now()
    for (let i = 1; Date.now() - began < 6000; i++) {
      const angle = i / 25
      await page.mouse.move(from.x + 6 + 150 * Math.sin(angle), from.y + 90 * Math.sin(angle * 1.3))
      await page.waitForTimeout(12)
    }
    const seconds = (Date.now() - began) / 1000
    const seen = await page.evaluate(() => { window.__drag.on = false; return window.__drag })
    const longest = await longestTask(page)
    await page.mouse.up()
    told(`${name}: dragging, new figures and difference on the page`, `${(seen.figures / seconds).toFixed(1)} a second (${(seen.text / seconds).toFixed(1)} with other numbers)`)
    told(`${name}: dragging, circle drawn anew`, `${(seen.circle / seconds).toFixed(1)} a second`)
    told(`${name}: dragging, frames`, `${(seen.frames / seconds).toFixed(1)} a second, longest task ${ms(longest)}`)
  })
}

const parts = { first, slider, pan, drag }

async function measure(place, name, browser, wanted) {
  try {
    for (const [part, run] of Object.entries(wanted)) if (!only || part === only) await run(browser, place.origin, name)
  } finally {
    place.stop()
  }
}

const browser = await launch()
console.log(`${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}, ${browser.version()}`)
try {
  await measure(await served(args), 'demonstration county', browser, parts)
  if (!only || args.includes('--large')) await measure(await program(grow), '2,400 villages, 5,400 points', browser, parts)
} finally {
  await browser.close()
}
