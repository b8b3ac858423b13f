// The plan: targets, board, checklist, rules, and who serves whom; figures are those of the API.
import assert from 'node:assert/strict'
import { ready, state } from '../browser.mjs'
import { accessible, api, has, percentText, until, visit } from '../visit.mjs'

const inEveryLanguage = async (page, what, picture) => {
  for (const lang of ['en', 'ug', 'zh-CN']) {
    await page.locator('.language').selectOption(lang)
    await until(page, (l) => document.documentElement.lang === l, lang)
    await accessible(page, `${what} in ${lang}`)
    if (picture) await page.screenshot({ path: `${picture}-${lang}.png` })
  }
}
const jobDone = async (origin, kind) => (await api(origin, '/jobs')).filter((j) => j.kind.startsWith(kind)).sort((a, b) => (a.created < b.created ? 1 : -1))[0]

export async function targetsTable(world) {
  if (!(await has(world.origin, '/tables'))) return
  await visit(world, '?s=indicators&tab=targets', {}, async (page) => {
    await page.locator('.data-table tbody tr').first().waitFor()
    const stored = await api(world.origin, '/tables/targets')
    assert.equal(await page.locator('.data-table tbody tr').count(), stored.length)
    await inEveryLanguage(page, 'targets', world.picture('targets').replace('.png', ''))
    // a target is added, changed and taken away by keyboard
    await page.getByRole('button', { name: '+ 新增' }).press('Enter')
    const field = (name) => page.locator(`[data-column="${name}"] :is(input, select)`)
    await field('indicator').fill('satisfaction')
    await field('unit_level').fill('3')
    await field('year').fill('2020')
    await field('op').selectOption('>=')
    await field('value').fill('0.87')
    await accessible(page, 'the form of a target')
    await page.screenshot({ path: world.picture('target-form') })
    await field('value').press('Enter')
    await page.locator('.record-form').waitFor({ state: 'detached' })
    const added = (await api(world.origin, '/tables/targets')).find((r) => r.value === 0.87)
    assert.ok(added, 'the server has the new target')
    await page.getByRole('button', { name: `修改 ${added.id}` }).press('Enter')
    await field('value').fill('0.91')
    await field('value').press('Enter')
    await page.locator('.record-form').waitFor({ state: 'detached' })
    assert.equal((await api(world.origin, `/tables/targets/${encodeURIComponent(added.id)}`)).value, 0.91)
    await page.getByRole('button', { name: `删除 ${added.id}` }).press('Enter')
    await page.locator(`[aria-label="删除 ${added.id}"]`).waitFor({ state: 'detached' })
    assert.ok(!(await api(world.origin, '/tables/targets')).some((r) => r.id === added.id))
  })
}

export async function board(world) {
  if (!(await has(world.origin, '/board'))) return
  await visit(world, '?s=indicators&tab=board', {}, async (page) => {
    await page.locator('.board tbody tr').first().waitFor()
    const told = await api(world.origin, '/board')
    assert.equal(await page.locator('.board tbody tr').count(), told.rows.length)
    const row = told.rows.find((r) => r.rate && r.value !== null && !r.reported)
    assert.match(await page.locator(`.board tr[data-indicator="${row.indicator}"][data-unit="${row.unit}"]`).first().innerText(), new RegExp(percentText(row.value).replace('.0%', '%').replace('.', '\\.')))
    await inEveryLanguage(page, 'board', world.picture('board').replace('.png', ''))
    // a survey's answer is reported
    const county = (await api(world.origin, '/units')).find((u) => u.level === 3)
    await page.getByRole('button', { name: '+ 填报' }).click()
    const field = (name) => page.locator(`[data-column="${name}"] :is(input, select)`)
    await field('indicator').fill('satisfaction')
    await field('unit').fill(county.code)
    await field('date').fill('2019-11-30')
    await field('num').fill('451')
    await field('den').fill('500')
    await field('source').fill('问卷')
    await page.getByRole('button', { name: '保存' }).click()
    await page.locator('.record-form').waitFor({ state: 'detached' })
    const after = (await api(world.origin, '/board')).rows.find((r) => r.indicator === 'satisfaction' && r.unit === county.code)
    assert.ok(after.series.some((x) => x.num === 451 && x.den === 500), 'the board has the reading')
  })
}

export async function checklist(world) {
  if (!(await has(world.origin, '/checklist'))) return
  await visit(world, '?s=indicators&tab=checklist', {}, async (page) => {
    await page.locator('.check-table tbody tr').first().waitFor()
    const before = await api(world.origin, '/checklist?level=5')
    const sums = before.summary.find((s) => s.level === 5)
    for (const what of ['units', 'complete', 'incomplete', 'not_stated']) assert.equal(await page.locator(`[data-check="${what}"]`).innerText(), String(sums[what]), what)
    await inEveryLanguage(page, 'checklist', world.picture('checklist').replace('.png', ''))
    const unit = before.units.find((u) => u.level === 5 && u.done === 0)
    const item = before.items.find((i) => i.level === 5)
    await page.locator(`tr[data-code="${unit.code}"] td[data-item="${item.id}"] button`).press('Enter')
    await page.locator('[data-test="done"]').selectOption('true')
    await page.locator('[data-test="done-on"]').fill('2019-05-04')
    await page.locator('[data-test="done-on"]').press('Enter')
    await page.locator(`tr[data-code="${unit.code}"] td[data-item="${item.id}"] [data-state="done"]`).waitFor()
    const after = (await api(world.origin, '/checklist?level=5')).units.find((u) => u.code === unit.code)
    assert.deepEqual(after.done_items, [item.id])
    assert.match(await page.locator(`tr[data-code="${unit.code}"]`).innerText(), /2019-05-04/)
    await page.screenshot({ path: world.picture('checklist-marked') })
    // the same mark taken back: stated as not done
    await page.locator(`tr[data-code="${unit.code}"] td[data-item="${item.id}"] button`).click()
    await page.locator('[data-test="done"]').selectOption('false')
    await page.getByRole('button', { name: '保存' }).click()
    await page.locator(`tr[data-code="${unit.code}"] td[data-item="${item.id}"] [data-state="open"]`).waitFor()
    assert.equal((await api(world.origin, '/checklist?level=5')).units.find((u) => u.code === unit.code).done, 0)
    // a title with a place is seen on the map
    const [places, code] = [await api(world.origin, '/settlements'), unit.code]
    const i = places.code.indexOf(code)
    await page.getByRole('button', { name: '+ 示范称号' }).click()
    const field = (name) => page.locator(`[data-column="${name}"] :is(input, select)`)
    const kind = (await api(world.origin, '/tables')).find((t) => t.name === 'honours').columns.find((c) => c.name === 'kind').codes[0].code
    for (const [name, value] of Object.entries({ code, kind, name: '演示称号', awarded_on: '2018-12-04', lon: places.lon[i], lat: places.lat[i] })) await field(name).fill(String(value))
    await page.getByRole('button', { name: '保存' }).click()
    await page.locator('.record-form').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '在地图上看' }).click()
    await ready(page)
    await until(page, () => window.__app.state().map?.marks > 0)
    await page.getByRole('button', { name: '图层与图标' }).click()
    assert.equal((await api(world.origin, '/checklist.geojson')).features.length, Number(await page.locator('[data-legend="checklist"] .num').innerText()))
    await page.screenshot({ path: world.picture('checklist-map') })
  })
}

export async function rules(world) {
  if (!(await has(world.origin, '/rules'))) return
  await visit(world, '?s=indicators&tab=rules', {}, async (page) => {
    await page.locator('tr[data-rule]').first().waitFor()
    assert.equal(await page.locator('tr[data-rule]').count(), (await api(world.origin, '/rules')).length)
    await inEveryLanguage(page, 'rules', world.picture('rules').replace('.png', ''))
    await page.getByRole('button', { name: '+ 新增规则' }).press('Enter')
    await page.getByLabel('中文名称').fill('试验圈')
    await page.getByLabel('编号').fill('trial')
    await page.getByLabel('时限', { exact: true }).fill('12')
    await accessible(page, 'the form of a rule')
    await page.screenshot({ path: world.picture('rule-form') })
    await page.getByRole('button', { name: '保存' }).press('Enter')
    await page.locator('tr[data-rule="trial"]').waitFor()
    assert.equal((await api(world.origin, '/rules/trial')).needs[0].minutes, 12)
    await page.getByRole('button', { name: '按此判断 试验圈' }).press('Enter')
    await ready(page)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10&rule=trial')
    const shown = await state(page)
    assert.deepEqual(shown.totals, told.totals, 'judged by the rule')
    assert.equal(shown.instant.covered.people, told.totals.people_covered, 'the map and the table too')
    assert.equal(await page.locator('#limit').isDisabled(), true)
    await accessible(page, 'overview under a rule')
    await page.screenshot({ path: world.picture('rule-used') })
    await page.goto(`${world.origin}/?s=indicators&tab=rules`)
    await page.getByRole('button', { name: '删除 试验圈' }).click()
    await page.locator('tr[data-rule="trial"]').waitFor({ state: 'detached' })
  })
}

export async function pairing(world) {
  if (!(await has(world.origin, '/supply'))) return
  await visit(world, '?s=people&tab=pairs', {}, async (page) => {
    await page.getByRole('button', { name: '开始计算' }).press('Enter')
    await page.locator('[data-pair="pairs"]').waitFor()
    const { id } = await jobDone(world.origin, 'pair')
    const { result } = await api(world.origin, `/jobs/${id}`)
    assert.equal(await page.locator('[data-pair="pairs"]').innerText(), String(result.pairs.length))
    assert.match(await page.locator('.data-table tbody').first().innerText(), new RegExp(result.pairs[0].partner_name.slice(0, 6)))
    await page.screenshot({ path: world.picture('pairs') })
    await inEveryLanguage(page, 'pairs')
  })
}

export async function circuits(world) {
  if (!(await has(world.origin, '/circuits'))) return
  await visit(world, '?s=people&tab=circuits&service=notary', {}, async (page) => {
    const host = (await api(world.origin, '/hosts')).find((h) => h.kind === 'notary') ?? (await api(world.origin, '/hosts'))[0]
    await page.getByLabel('出发地').selectOption(host.id)
    await page.getByRole('button', { name: '开始计算' }).click()
    await page.locator('[data-circuit="stops"]').waitFor()
    const { id } = await jobDone(world.origin, 'circuit')
    const { result } = await api(world.origin, `/jobs/${id}`)
    assert.equal(await page.locator('[data-circuit="stops"]').innerText(), String(result.stops))
    assert.equal(await page.locator('[data-circuit="share"]').innerText(), percentText(result.totals_on_circuit_days.people_share))
    await page.screenshot({ path: world.picture('circuits') })
    await accessible(page, 'circuits')
  })
}

export async function supplyAndAdvisers(world) {
  if (!(await has(world.origin, '/supply'))) return
  await visit(world, '?s=people&tab=supply', {}, async (page) => {
    await page.locator('[data-supply="gini"]').waitFor()
    const told = await api(world.origin, '/supply?profile=walk&minutes=10&of=staff')
    assert.equal(await page.locator('[data-supply="gini"]').innerText(), told.gini.toFixed(3))
    assert.equal(await page.locator('[data-supply="supply"]').innerText(), told.supply.toFixed(1))
    await page.screenshot({ path: world.picture('supply') })
    await inEveryLanguage(page, 'supply')
    await page.locator('[data-tab="advisers"]').press('Enter')
    await page.locator('[data-adviser="overloaded"]').waitFor()
    const loads = await api(world.origin, '/advisers/loads?max_villages=5&max_minutes=60')
    assert.equal(await page.locator('[data-adviser="overloaded"]').innerText(), String(loads.advisers.filter((a) => a.overloaded).length))
    await page.screenshot({ path: world.picture('advisers') })
    await accessible(page, 'advisers')
    await page.locator('[data-tab="services"]').press('Enter')
    await page.locator('.data-table tbody tr').first().waitFor()
    await page.screenshot({ path: world.picture('services') })
    await accessible(page, 'services')
  })
}

export async function planOnPhoneAndWall(world) {
  if (!(await has(world.origin, '/supply'))) return
  for (const [name, size] of [['phone', { width: 390, height: 844 }], ['wall', { width: 1920, height: 1080 }]]) {
    await visit(world, '?s=indicators', size, async (page) => {
      for (const [screen, tabs] of [['indicators', ['figures', 'board', 'targets', 'checklist', 'rules']], ['people', ['pairs', 'advisers', 'supply', 'services']]]) {
        for (const tab of tabs) {
          await page.goto(`${world.origin}/?s=${screen}&tab=${tab}`)
          await page.locator('.page table tbody tr, .page form').first().waitFor()
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${tab} scrolls sideways at ${size.width}`)
          if (tab === 'checklist' || tab === 'supply' || tab === 'rules') await page.screenshot({ path: world.picture(`${tab}-${name}`) })
        }
      }
      await accessible(page, `services, ${name}`)
    })
  }
}
