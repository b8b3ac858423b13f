// Changing roads in a draft: by clicks on the map, by coordinates, by the number of a way; undone; kept as a scenario.
import assert from 'node:assert/strict'
import { state, still } from '../browser.mjs'
import { accessible, api, asAnswered, pixel, settled, until, visitMap } from '../visit.mjs'

/** A covered village that no service point stands in. */
async function village(origin) {
  const [places, times, points] = [await api(origin, '/settlements'), await api(origin, '/coverage/times?profile=walk&level=duty'), await api(origin, '/points')]
  const row = times.settlement.ms.findIndex((ms, k) => {
    const i = places.id.indexOf(times.settlement.id[k])
    return ms > 240000 && ms < 560000 && places.people[i] > 0 && points.every((p) => Math.hypot(p.lon - places.lon[i], p.lat - places.lat[i]) > 0.003)
  })
  const i = places.id.indexOf(times.settlement.id[row])
  return { id: places.id[i], lon: places.lon[i], lat: places.lat[i] }
}

export async function drawRoads(world) {
  const home = await village(world.origin)
  await visitMap(world, `?s=siting&at=14/${home.lat}/${home.lon}&hide=candidates`, {}, async (page) => {
    await still(page)
    // a closed area around the village, by clicks
    await page.getByRole('button', { name: '阻断', exact: true }).click()
    await page.getByLabel('封闭区域').check()
    const d = 0.0012
    for (const [x, y] of [[-d, -d], [d, -d], [d, d], [-d, d]]) {
      const at = await pixel(page, home.lon + x, home.lat + y)
      await page.mouse.click(at.x, at.y)
    }
    assert.equal((await page.locator('.road-form textarea').inputValue()).split('\n').length, 4)
    await page.getByRole('button', { name: '退一点' }).click()
    assert.equal((await page.locator('.road-form textarea').inputValue()).split('\n').length, 3)
    const last = await pixel(page, home.lon - d, home.lat + d)
    await page.mouse.click(last.x, last.y)
    await accessible(page, 'drawing a barrier')
    await page.getByRole('button', { name: '加入草案' }).click()
    const walled = await settled(page)
    assert.equal(walled.edits.length, 1)
    assert.equal(walled.edits[0].line.length, 5, 'the ring is closed')
    const told = await asAnswered(world.origin, walled, walled.edits)
    assert.ok(told.lost.some((v) => v.id === home.id), 'who is walled in reaches nothing')
    // a road is closed by a click on it
    await page.getByRole('button', { name: '封路', exact: true }).click()
    const roads = await page.getByLabel('图上的道路').locator('option').evaluateAll((list) => list.map((o) => o.value).filter(Boolean))
    assert.ok(roads.length > 0, 'the roads of the map can be chosen from a list')
    await page.getByLabel('图上的道路').selectOption(roads[0])
    assert.equal(await page.getByLabel('道路编号').inputValue(), roads[0])
    await page.getByRole('button', { name: '加入草案' }).click()
    await until(page, () => window.__app.state().edits.length === 2)
    const closed = await settled(page)
    assert.equal(closed.edits[1].way_id, Number(roads[0]))
    await asAnswered(world.origin, closed, closed.edits)
    await page.screenshot({ path: world.picture('roads') })
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('button', { name: '撤销' }).click()
    assert.equal((await state(page)).edits.length, 0)
    await page.getByRole('button', { name: '重做' }).click()
    assert.equal((await state(page)).edits[0].op, 'add_barrier')
  })
}

export async function roadsByKeyboard(world) {
  const home = await village(world.origin)
  await visitMap(world, `?s=siting&at=13/${home.lat}/${home.lon}`, {}, async (page) => {
    await page.getByRole('button', { name: '新路', exact: true }).press('Enter')
    const box = page.locator('.road-form textarea')
    await box.focus()
    await page.keyboard.type(`${home.lon}, ${home.lat}\nnowhere`)
    await page.getByText('第 2 行读不出坐标').waitFor()
    await box.fill(`${home.lon}, ${home.lat}\n${home.lon + 0.01}, ${home.lat + 0.01}`)
    await page.getByLabel('道路等级').selectOption('footway')
    await page.getByRole('button', { name: '加入草案' }).press('Enter')
    const shown = await settled(page)
    assert.deepEqual(shown.edits.map((e) => [e.op, e.class, e.line.length]), [['add_road', 'footway', 2]])
    const told = await asAnswered(world.origin, shown, shown.edits)
    assert.equal(told.lost.length, 0, 'a new road takes nothing away')
    await page.getByRole('button', { name: '改车速', exact: true }).press('Enter')
    const way = await page.getByLabel('图上的道路').locator('option').nth(1).getAttribute('value')
    await page.getByLabel('道路编号').fill(way)
    await page.getByLabel('车速').fill('2')
    await page.keyboard.press('Enter')
    await until(page, () => window.__app.state().edits.length === 2)
    const slower = await settled(page)
    assert.equal(slower.edits[1].speed_kmh, 2)
    await asAnswered(world.origin, slower, slower.edits)
    await page.reload()
    await settled(page)
    assert.deepEqual((await state(page)).edits, slower.edits, 'the address holds the changed roads')
    for (const lang of ['en', 'ug']) {
      await page.locator('.language').selectOption(lang)
      await until(page, (l) => document.documentElement.lang === l, lang)
      await page.locator('.road-tools button').nth(2).click()
      await accessible(page, `roads in ${lang}`)
      await page.screenshot({ path: world.picture(`roads-${lang}`) })
      await page.keyboard.press('Escape')
    }
  })
}
