// Changing points: dragging, keyboard and form, undo, scenarios and their comparison.
import assert from 'node:assert/strict'
import { ready, state, still } from '../browser.mjs'
import { accessible, api, asAnswered, percentText, pixel, settled, until, visit, visitMap } from '../visit.mjs'

const peopleOf = (rows) => rows.reduce((n, r) => n + (r.people ?? 0), 0)

/** A built point that serves people, away from other points. */
async function lonelyPoint(origin) {
  const points = (await api(origin, '/points')).filter((p) => p.status === 'built')
  const apart = (p) => Math.min(...points.filter((q) => q !== p).map((q) => Math.hypot(p.lon - q.lon, p.lat - q.lat)))
  const times = await api(origin, '/coverage/times?profile=walk')
  const serves = new Set(times.settlement.facility.filter((f, i) => f !== null && times.settlement.ms[i] <= 600000).map((f) => times.facility_ids[f]))
  return points.filter((p) => serves.has(p.id)).sort((a, b) => apart(b) - apart(a))[0]
}

export async function dragAPoint(world) {
  const point = await lonelyPoint(world.origin)
  await visitMap(world, `?s=siting&at=12.5/${point.lat}/${point.lon}&hide=candidates`, {}, async (page) => {
    await still(page)
    const from = await pixel(page, point.lon, point.lat)
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    const began = Date.now()
    const first = (await state(page)).whatIfAnswers
    for (let i = 1; i <= 40; i++) await page.mouse.move(from.x + i * 3, from.y - i * 2)
    await until(page, () => window.__app.state().whatIf?.circle)
    const rate = ((await state(page)).whatIfAnswers - first) / ((Date.now() - began) / 1000)
    await page.screenshot({ path: world.picture('drag') })
    await page.mouse.up()
    const shown = await settled(page)
    assert.equal(shown.edits.length, 1)
    assert.equal(shown.edits[0].op, 'move_point')
    assert.equal(shown.edits[0].point_id, point.id)
    const told = await asAnswered(world.origin, shown, shown.edits)
    assert.equal((await page.locator('[data-kpi="gained"]').innerText()).replace(/[^\d]/g, ''), String(peopleOf(told.gained)))
    assert.equal((await page.locator('[data-kpi="lost"]').innerText()).replace(/[^\d]/g, ''), String(peopleOf(told.lost)))
    console.log(`      ${rate.toFixed(0)} what-if answers per second while dragging`)
    await accessible(page, 'a draft')
    await page.getByRole('button', { name: '撤销' }).click()
    assert.equal((await state(page)).edits.length, 0)
    await page.keyboard.press('Control+y')
    assert.equal((await state(page)).edits.length, 1)
    await page.keyboard.press('Control+z')
    assert.equal((await state(page)).edits.length, 0)
  })
}

export async function moveByKeyboard(world) {
  const point = await lonelyPoint(world.origin)
  await visitMap(world, `?s=siting&at=12/${point.lat}/${point.lon}&sel=point:${point.id}`, {}, async (page) => {
    await page.getByRole('button', { name: '移动', exact: true }).press('Enter')
    await page.locator('.handle').waitFor()
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Enter')
    const shown = await settled(page)
    assert.equal(shown.edits[0].op, 'move_point')
    assert.ok(shown.edits[0].lon > point.lon, 'it moved east')
    await asAnswered(world.origin, shown, shown.edits)
    await page.getByRole('button', { name: '停用', exact: true }).press('Enter')
    await until(page, () => window.__app.state().edits.length === 2)
    const closed = await settled(page)
    await asAnswered(world.origin, closed, closed.edits)
  })
}

export async function addByFormAndSave(world) {
  await visitMap(world, '?s=siting', {}, async (page) => {
    const places = await api(world.origin, '/settlements')
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10&limit=5000')
    const gap = told.gaps.filter((g) => g.status === 'uncovered').sort((a, b) => (b.people ?? 0) - (a.people ?? 0))[0]
    const i = places.id.indexOf(gap.id)
    await page.getByText('按坐标新增').click()
    await page.locator('.typed input').nth(0).fill(String(places.lon[i]))
    await page.locator('.typed input').nth(1).fill(String(places.lat[i]))
    await page.locator('.typed button').click()
    const shown = await settled(page)
    const answer = await asAnswered(world.origin, shown, shown.edits)
    assert.ok(answer.gained.some((g) => g.id === gap.id), 'a point in the village covers the village')
    await page.getByLabel('方案名称').fill('新增一点')
    await page.getByRole('button', { name: '存为方案' }).click()
    await page.getByText('已存为方案').waitFor()
    await ready(page)
    const after = await state(page)
    assert.equal(after.edits.length, 0)
    assert.deepEqual(after.totals, answer.totals_after, 'the scenario gives what the draft promised')
    await page.goto(`${world.origin}/?s=compare&with=${encodeURIComponent(after.view.scenario)}`)
    await page.locator('[data-delta="people_share"]').waitFor()
    const compared = await api(world.origin, `/scenarios/current/compare/${encodeURIComponent(after.view.scenario)}?profile=walk&minutes=10`)
    assert.equal(await page.locator('.figures tbody tr').first().locator('td').nth(1).innerText(), percentText(compared.b.people_share))
    assert.equal(await page.locator('.compare-body tbody tr[data-id]').count(), compared.gained.length + compared.lost.length)
    await page.waitForTimeout(1500)
    await page.locator('.swipe-handle').focus()
    for (let k = 0; k < 10; k++) await page.keyboard.press('ArrowRight')
    assert.equal(await page.locator('.swipe-handle').inputValue(), '60')
    await page.screenshot({ path: world.picture('compare-swipe') })
    await accessible(page, 'comparison')
    await page.getByRole('radio', { name: '并排' }).check()
    await page.waitForTimeout(1200)
    await page.screenshot({ path: world.picture('compare-side') })
    await page.getByRole('radio', { name: '差异' }).check()
    await page.waitForTimeout(1200)
    await page.screenshot({ path: world.picture('compare-difference') })
    await accessible(page, 'difference')
    await page.getByRole('button', { name: '删除 新增一点' }).click()
    await until(page, () => window.__app.state().view.compare === '')
  })
}

export async function editThePointsTable(world) {
  const point = (await api(world.origin, '/points'))[0]
  await visit(world, '?s=points', {}, async (page, watch) => {
    await ready(page)
    await page.waitForTimeout(1200)
    await page.screenshot({ path: world.picture('points') })
    await accessible(page, 'points')
    await page.getByLabel('按名称、编号或乡镇查找').fill(point.name)
    await page.getByRole('button', { name: `修改 ${point.name}` }).first().click()
    await page.locator('.point-form').waitFor()
    await page.locator('.point-form input:enabled').first().waitFor()
    await accessible(page, 'the form of a point')
    await page.screenshot({ path: world.picture('point-form') })
    const name = page.locator('.point-form input').first()
    await name.fill(`${point.name}（改）`)
    await page.getByRole('button', { name: '保存' }).click()
    await page.locator('.point-form').waitFor({ state: 'detached' })
    const changed = await api(world.origin, `/points/${encodeURIComponent(point.id)}`)
    assert.equal(changed.name, `${point.name}（改）`)
    assert.deepEqual({ ...changed, name: '' , version: 0 }, { ...(await before(point)), name: '', version: 0 }, 'nothing else changed')
    await page.getByRole('button', { name: '修改记录' }).click()
    await page.getByText(`${point.name}（改）`).first().waitFor()
    await page.screenshot({ path: world.picture('edit-log') })
    await accessible(page, 'edit log')
    await page.getByRole('button', { name: '修改记录' }).click()
    // somebody else changes it meanwhile: the page must not overwrite that
    await page.getByRole('button', { name: new RegExp(`修改 ${point.name}`) }).first().click()
    await page.locator('.point-form input:enabled').first().waitFor()
    const { etag, body } = await read(world.origin, point.id)
    const { id: _id, host_kind: _kind, ...fields } = body
    const response = await fetch(`${world.origin}/api/v1/points/${encodeURIComponent(point.id)}`, { method: 'PUT', headers: { 'Content-Type': 'application/json', 'If-Match': etag }, body: JSON.stringify({ ...fields, name: point.name }) })
    assert.ok(response.ok, `the other's change: ${response.status} ${await response.text()}`)
    watch.expected.push(/412/)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('别人刚刚改过').waitFor()
    assert.equal((await api(world.origin, `/points/${encodeURIComponent(point.id)}`)).name, point.name)
  })
  async function before(p) { return p }
}

async function read(origin, id) {
  const response = await fetch(`${origin}/api/v1/points/${encodeURIComponent(id)}`)
  return { etag: response.headers.get('ETag'), body: await response.json() }
}
