// Looking at the county: figures, slider, conditions, address, gap table, legend, years.
import assert from 'node:assert/strict'
import { nextFrame, ready, state, still } from '../browser.mjs'
import { accessible, api, percentText, pixel, until, visit, visitMap } from '../visit.mjs'

export async function overview(world) {
  await visitMap(world, '', {}, async (page) => {
    const shown = await state(page)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10')
    assert.deepEqual(shown.totals, told.totals)
    assert.equal(await page.locator('[data-kpi="share"]').innerText(), percentText(told.totals.people_share))
    for (const verdict of ['covered', 'uncovered', 'unknown']) {
      assert.equal(shown.instant[verdict].settlements, told.totals[`settlements_${verdict}`], `${verdict} settlements`)
      assert.equal(shown.instant[verdict].people, told.totals[`people_${verdict}`], `${verdict} people`)
    }
    assert.equal(await page.locator('[data-gaps="uncovered"]').innerText(), String(told.totals.settlements_uncovered), 'the list counts as the map does, what is not known apart')
    assert.ok(shown.map.settlements > 0 && shown.map.roads > 0 && shown.map.points > 0, 'the map is drawn')
    if (told.run.synthetic) assert.ok(await page.locator('.banner.synthetic').isVisible())
    await page.screenshot({ path: world.picture('overview') })
    await accessible(page, 'overview')
    await page.locator('.kpi.main .info').click()
    await page.getByText(told.run.id).first().waitFor()
    await accessible(page, 'overview with the origin of a figure')
  })
}

export async function slider(world) {
  await visitMap(world, '', {}, async (page) => {
    await page.locator('#limit').focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
    const moved = await state(page)
    assert.equal(moved.view.minutes, 15)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=15')
    assert.equal(moved.instant.covered.people, told.totals.people_covered, 'the figure followed at once')
    await ready(page)
    assert.deepEqual((await state(page)).totals, told.totals, 'the server confirms it')
    await page.waitForURL(/minutes=15/)
    await page.locator('#limit').fill('45')
    await nextFrame(page)
    console.log(`      slowest slider step ${(await state(page)).map.slowestPaintMs.toFixed(0)} ms`)
  })
}

export async function conditionsInTheAddress(world) {
  await visitMap(world, '', {}, async (page) => {
    const { vocabularies } = await api(world.origin, '/project')
    const level = page.locator('.chips', { hasText: '服务级别' })
    assert.ok(await level.getByRole('radio', { name: /定期值守/ }).isChecked(), 'the level that counts by default is the one shown')
    await level.getByRole('radio', { name: '不限' }).check()
    await page.locator('.chips', { hasText: '计入的点' }).getByRole('radio', { name: '全部' }).check()
    await page.getByRole('radio', { name: '电动车' }).check()
    await page.getByRole('radio', { name: vocabularies.service[0].zh, exact: true }).check()
    await ready(page)
    const query = `profile=ebike&minutes=10&service=${vocabularies.service[0].code}&level=any&status=any`
    const told = await api(world.origin, `/coverage?${query}`)
    assert.deepEqual((await state(page)).totals, told.totals)
    const before = await state(page)
    await page.waitForURL(/status=any/)
    await page.reload()
    await ready(page)
    assert.deepEqual((await state(page)).view, before.view, 'the address holds the whole view')
    assert.deepEqual((await state(page)).totals, told.totals)
    await page.getByRole('button', { name: '恢复默认条件' }).click()
    await ready(page)
    assert.equal((await state(page)).view.level, 'duty')
  })
}

export async function peopleOfAGroup(world) {
  const { groups } = await api(world.origin, '/settlements')
  const group = Object.keys(groups)[0]
  if (!group) return
  await visit(world, `?group=${group}&minutes=20`, {}, async (page) => {
    await ready(page)
    const told = await api(world.origin, `/coverage?profile=walk&minutes=20&group=${group}`)
    const shown = await state(page)
    assert.deepEqual(shown.totals, told.totals)
    assert.equal(shown.instant.covered.people, told.totals.people_covered)
  })
}

export async function oneUnit(world) {
  await visit(world, '', {}, async (page) => {
    await ready(page)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10')
    const row = told.areas.find((a) => a.level === 4 && a.people > 0)
    await page.locator('.tree button', { hasText: row.name }).first().click()
    const shown = await state(page)
    assert.equal(shown.view.unit, row.admin_code)
    assert.equal(shown.instant.covered.people, row.people_covered)
    assert.equal(shown.instant.all.settlements, row.settlements)
    assert.equal(await page.locator('[data-kpi="share"]').innerText(), percentText(row.people_share))
  })
}

export async function gapTableAndMap(world) {
  await visitMap(world, '?hide=circles.gaps', {}, async (page) => {
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10&limit=5000')
    const worst = told.gaps.filter((g) => g.status === 'uncovered').sort((a, b) => (b.people ?? -1) - (a.people ?? -1))[0]
    await page.locator(`.gaps tr[data-id="${worst.id}"] button`).click()
    await page.locator('.card .nearest, .card .muted').first().waitFor()
    assert.equal((await state(page)).view.select, `settlement:${worst.id}`)
    const explained = await api(world.origin, `/explain/settlement/${encodeURIComponent(worst.id)}?profile=walk&minutes=10`)
    if (explained.nearest.length) {
      const minutes = (Math.ceil(explained.nearest[0].ms / 6000) / 10).toFixed(1)
      assert.match(await page.locator('.card .nearest li').first().innerText(), new RegExp(minutes.replace('.', '\\.')))
    }
    await still(page)
    await page.screenshot({ path: world.picture('village') })
    await accessible(page, 'a village explained')
    const places = await api(world.origin, '/settlements')
    const i = places.id.indexOf(worst.id)
    await page.keyboard.press('Escape')
    assert.equal((await state(page)).view.select, '')
    await still(page)
    const at = await pixel(page, places.lon[i], places.lat[i])
    await page.mouse.click(at.x, at.y)
    assert.match((await state(page)).view.select, /^(settlement|point|host):/, 'a click on the map selects')
    await page.locator('.gaps thead button').nth(2).click()
    const sorted = await page.locator('.gaps tbody tr[data-id] td:nth-child(4)').allInnerTexts()
    const numbers = sorted.filter((x) => x !== '—').map(Number)
    assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a), 'sorted by minutes')
    await page.getByRole('button', { name: '复制到 Excel' }).click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    assert.equal(copied.split('\n').length, told.gaps.length + 1, 'every gap is copied')
  })
}

export async function legendFilters(world) {
  await visitMap(world, '', {}, async (page) => {
    const before = await page.locator('.gaps h3 small').innerText()
    await page.locator('[data-legend="unknown"]').click()
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10')
    const shown = Number((await page.locator('.gaps h3 small').innerText()).replace(/\D/g, ''))
    assert.equal(shown, told.totals.settlements_uncovered, `was ${before}`)
    await page.getByRole('button', { name: '分钟数' }).click()
    await still(page)
    await page.screenshot({ path: world.picture('minutes') })
    await accessible(page, 'coloured by minutes')
  })
}

export async function years(world) {
  await visitMap(world, '?minutes=15', {}, async (page) => {
    const { years: list } = await api(world.origin, '/project')
    const year = list.at(-2)
    await page.locator('.year-steps label', { hasText: String(year) }).click()
    await until(page, (y) => window.__app.state().view.year === y, year)
    await ready(page)
    const told = await api(world.origin, `/coverage?profile=walk&minutes=15&as_of=${year}-12-31`)
    assert.deepEqual((await state(page)).totals, told.totals)
    await page.getByRole('button', { name: '按年播放' }).click()
    await until(page, (y) => window.__app.state().view.year === y, list[1])
    await page.getByRole('button', { name: '停止播放' }).click()
  })
}

export async function questions(world) {
  await visit(world, '', {}, async (page) => {
    await ready(page)
    assert.equal(await page.locator('.preset option').count(), 37)
    await page.locator('.preset select').selectOption('7')
    await ready(page)
    assert.equal((await state(page)).view.group, 'elderly')
    await page.locator('.preset select').selectOption('18')
    assert.equal((await state(page)).view.screen, 'siting')
    await page.locator('.preset select').selectOption('10')
    await page.getByRole('heading', { name: '指标考核' }).waitFor()
  })
}
