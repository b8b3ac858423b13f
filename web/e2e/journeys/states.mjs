// What the page does when something is missing: no WebGL2, no connection, an error, no data; and by keyboard alone.
import assert from 'node:assert/strict'
import { drawn, ready, state } from '../browser.mjs'
import { accessible, has, until, visit, visitMap } from '../visit.mjs'

const withoutWebGL = () => {
  const original = HTMLCanvasElement.prototype.getContext
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return /webgl/.test(kind) ? null : original.call(this, kind, ...rest) }
}

export async function withoutWebGL2(world) {
  if (!await has(world.origin, '/map.svg')) return
  await visit(world, '', {}, async (page) => {
    await page.addInitScript(withoutWebGL)
    await page.reload()
    await ready(page)
    const image = page.locator('.static-map img')
    await image.waitFor()
    await page.waitForFunction(() => document.querySelector('.static-map img')?.naturalWidth > 0)
    const source = await image.getAttribute('src')
    await page.getByRole('button', { name: '放大' }).click()
    assert.notEqual(await image.getAttribute('src'), source, 'the picture follows the buttons')
    await page.waitForFunction(() => document.querySelector('.static-map img')?.complete)
    await page.getByRole('button', { name: '全县' }).click()
    await page.waitForTimeout(500)
    await page.screenshot({ path: world.picture('no-webgl') })
    await accessible(page, 'the server-drawn map')
  })
}

export async function staticView(world) {
  if (!await has(world.origin, '/map.svg')) return
  await visit(world, '?view=static&minutes=20', {}, async (page) => {
    await ready(page)
    assert.match(await page.locator('.static-map img').getAttribute('src'), /minutes=20/)
    await page.getByRole('button', { name: '切换为交互地图' }).click()
    await drawn(page)
    await page.waitForURL((url) => !url.search.includes('view=static'))
  })
}

export async function offlineAndBack(world) {
  await visitMap(world, '', {}, async (page, watch) => {
    watch.expected.push(/ERR_INTERNET_DISCONNECTED|Failed to fetch/)
    const before = (await state(page)).totals
    await page.context().setOffline(true)
    await page.locator('#limit').fill('60')
    await page.locator('.banner.offline').waitFor()
    await page.screenshot({ path: world.picture('offline') })
    await accessible(page, 'offline')
    assert.deepEqual((await state(page)).totals, before, 'the last answer stays')
    await page.context().setOffline(false)
    await page.locator('.banner.offline').waitFor({ state: 'detached' })
    await ready(page)
    assert.notDeepEqual((await state(page)).totals, before)
  })
}

export async function anErrorIsTold(world) {
  await visit(world, '', {}, async (page, watch) => {
    watch.expected.push(/500/)
    await page.route('**/api/v1/coverage?*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: '计算失败', status: 500, detail: '路网文件损坏', code: 'internal' }) }))
    await page.reload()
    await page.getByText('路网文件损坏').waitFor()
    await page.screenshot({ path: world.picture('error') })
    await accessible(page, 'an error')
    await page.unroute('**/api/v1/coverage?*')
    await page.locator('.kpis .problem button').click()
    await ready(page)
  })
}

export async function loadingAndEmpty(world) {
  await visit(world, '', {}, async (page) => {
    let release
    const held = new Promise((resolve) => { release = resolve })
    await page.route('**/api/v1/coverage/times?*', async (route) => { await held; await route.continue() })
    await page.reload()
    await page.locator('.skeleton').first().waitFor()
    await page.waitForTimeout(800)
    await page.screenshot({ path: world.picture('loading') })
    await accessible(page, 'loading')
    release()
    await ready(page)
    await page.route('**/api/v1/settlements', (route) => route.fulfill({ json: { id: [], name: [], code: [], lon: [], lat: [], people: [], groups: {} } }))
    await page.reload()
    await page.getByText('还没有数据').waitFor()
    await page.screenshot({ path: world.picture('empty') })
    await accessible(page, 'no data')
  })
}

export async function keyboardOnly(world) {
  await visitMap(world, '', {}, async (page) => {
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'table')
    for (let i = 0; i < 4; i++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    assert.match((await state(page)).view.select, /^settlement:/, 'a row is opened by keyboard')
    await page.keyboard.press('Escape')
    assert.equal((await state(page)).view.select, '')
    await page.keyboard.press(']')
    assert.equal((await state(page)).view.minutes, 11)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await accessible(page, 'shortcuts')
    await page.screenshot({ path: world.picture('shortcuts') })
    await page.keyboard.press('Escape')
    const canvas = page.locator('.map canvas')
    assert.equal(await canvas.getAttribute('aria-label'), '县域地图')
    await canvas.focus()
    const before = (await state(page)).map.camera
    await page.keyboard.press('ArrowRight')
    await until(page, (camera) => window.__app.state().map.camera !== camera, before) // arrow keys pan the map
  })
}

export async function forcedColoursAndStillness(world) {
  await visitMap(world, '', { forcedColors: 'active', reducedMotion: 'reduce' }, async (page) => {
    await page.screenshot({ path: world.picture('forced-colours') })
    const moving = await page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running' && a.effect.getComputedTiming().duration > 50).length)
    assert.equal(moving, 0, 'nothing moves')
  })
}
