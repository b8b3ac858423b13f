// The points nearest to where one stands: by position, by village, with and without a connection.
import assert from 'node:assert/strict'
import { ready, state } from '../browser.mjs'
import { accessible, api, post, until, visit } from '../visit.mjs'

const listed = (page) => page.locator('.near-list [data-point]').evaluateAll((rows) => rows.map((r) => r.dataset.point))
const phone = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

/** Covered villages that are walked to their points, and everything the page should say about them. */
async function villages(origin) {
  const places = await api(origin, '/settlements')
  const times = await api(origin, '/coverage/times?profile=walk&level=duty')
  const names = new Map()
  for (const name of places.name) names.set(name, (names.get(name) ?? 0) + 1)
  return times.settlement.id.flatMap((id, row) => {
    const [i, ms] = [places.id.indexOf(id), times.settlement.ms[row]]
    if (!(ms > 120000 && ms < 600000) || names.get(places.name[i]) > 1) return []
    return [{ name: places.name[i], lon: places.lon[i], lat: places.lat[i], nearest: times.facility_ids[times.settlement.facility[row]], ms }]
  })
}

export async function nearestToMe(world) {
  const [home, other] = await villages(world.origin)
  await visit(world, '', { ...phone, geolocation: { longitude: home.lon, latitude: home.lat, accuracy: 12 }, permissions: ['geolocation'] }, async (page, watch) => {
    await ready(page)
    await page.getByRole('button', { name: '离我最近' }).tap()
    await page.getByRole('button', { name: '用我的位置' }).tap()
    await until(page, () => document.querySelector('.near-list[aria-busy="false"] .near-far b'))
    const shown = await listed(page)
    const points = new Map((await api(world.origin, '/points')).map((p) => [p.id, p]))
    const told = await post(world.origin, '/matrix', { profile: 'walk', minutes: 60, from: [{ id: 'here', lon: home.lon, lat: home.lat }], to: shown.map((id) => ({ id, lon: points.get(id).lon, lat: points.get(id).lat })) })
    told.sort((a, b) => a.ms - b.ms)
    assert.deepEqual(shown.slice(0, told.length), told.map((x) => x.to), 'ordered by travel time')
    assert.equal(shown[0], home.nearest)
    assert.match(await page.locator('.near-list li').first().innerText(), new RegExp((Math.ceil(told[0].ms / 6000) / 10).toFixed(1).replace('.', '\\.')))
    assert.match(await page.locator('.near-sheet').innerText(), new RegExp(`您在${home.name}附近`))
    await page.screenshot({ path: world.picture('nearest-phone') })
    await accessible(page, 'nearest, phone')
    // without a connection the page still answers, from what it has loaded
    await page.context().setOffline(true)
    watch.expected.push(/ERR_INTERNET_DISCONNECTED/)
    await page.getByLabel('或选居民点').fill(other.name)
    await page.locator('.near-found button').first().tap()
    await page.getByText('没有连上服务器：按直线距离排列').waitFor()
    assert.equal((await listed(page))[0], other.nearest, 'the nearest point of a village is known without asking')
    await page.screenshot({ path: world.picture('nearest-offline') })
    await page.context().setOffline(false)
    await page.locator('.near-list button').first().tap()
    assert.equal((await state(page)).view.select, `point:${other.nearest}`)
    assert.equal(await page.locator('.near-sheet').count(), 0)
  })
}

export async function nearestFromOutside(world) {
  await visit(world, '', { ...phone, geolocation: { longitude: 116.4, latitude: 39.9, accuracy: 12 }, permissions: ['geolocation'] }, async (page) => {
    await ready(page)
    await page.getByRole('button', { name: '离我最近' }).tap()
    await page.getByRole('button', { name: '用我的位置' }).tap()
    assert.match(await page.locator('[data-test="outside"]').innerText(), /不在本项目范围内.*\d{3,}\.\d 公里/)
    assert.deepEqual(await listed(page), [], 'no point is named as near')
    await page.screenshot({ path: world.picture('nearest-outside') })
  })
}

export async function nearestByKeyboard(world) {
  const [home] = await villages(world.origin)
  await visit(world, '', {}, async (page) => {
    await ready(page)
    await page.getByRole('button', { name: '离我最近' }).focus()
    await page.keyboard.press('Enter')
    await until(page, () => document.activeElement?.id === 'near-title')
    await page.getByRole('button', { name: '用我的位置' }).press('Enter')
    await page.getByText('没有得到定位许可').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.type(home.name)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await until(page, () => document.querySelector('.near-list[aria-busy="false"]'))
    assert.equal((await listed(page))[0], home.nearest)
    await page.screenshot({ path: world.picture('nearest-desk') })
    for (const lang of ['en', 'ug', 'zh-CN']) {
      await page.locator('.language').selectOption(lang)
      await until(page, (l) => document.documentElement.lang === l, lang)
      await accessible(page, `nearest in ${lang}`)
      if (lang === 'ug') await page.screenshot({ path: world.picture('nearest-ug') })
    }
    await page.locator('.near-sheet').getByRole('button', { name: '关闭' }).focus()
    await page.keyboard.press('Escape')
    await until(page, () => document.activeElement?.classList.contains('near-open'))
  })
}
