// Asking for sites: progress, cancel, curve, scenario, dossier, and work that outlives the page.
import assert from 'node:assert/strict'
import { ready, state, still } from '../browser.mjs'
import { accessible, api, percentText, until, visitMap } from '../visit.mjs'

async function ask(page, sites) {
  await page.locator('.ask input[type="number"]').fill(String(sites))
  await page.getByRole('button', { name: '计算建议' }).click()
}

export async function suggestSites(world) {
  await visitMap(world, '?s=siting', {}, async (page) => {
    await ask(page, 6)
    await until(page, () => window.__app.state().suggestions !== null, null)
    const { suggestions: shown, view } = await state(page)
    const job = await api(world.origin, `/jobs/${view.job}`)
    assert.deepEqual(shown, job.result)
    assert.equal(await page.locator('.sites tbody tr').count(), shown.sites.length)
    assert.match(await page.locator('.siting .result strong').innerText(), new RegExp(percentText(shown.totals_after.people_share).replace('.', '\\.')))
    await until(page, (n) => window.__app.state().map.proposals >= Math.min(1, n), shown.sites.length)
    await page.locator('.sites tbody button').first().click()
    await page.locator('.card .actions').waitFor()
    await still(page)
    await page.screenshot({ path: world.picture('siting') })
    await accessible(page, 'proposals and a dossier')
    await page.locator('.curve svg').focus()
    await page.keyboard.press('ArrowLeft')
    const taken = Number(await page.locator('.take input').inputValue())
    assert.equal(taken, shown.sites.length - 1, 'the curve is a slider too')
    await page.getByRole('button', { name: '个点存为方案' }).click()
    await page.getByText('已存为方案').waitFor()
    const scenario = (await api(world.origin, '/scenarios')).find((s) => s.edits.length === taken)
    assert.ok(scenario, 'the scenario holds the sites taken')
    const told = await api(world.origin, `/coverage?profile=walk&minutes=10&scenario=${encodeURIComponent(scenario.id)}`)
    assert.equal(told.totals.people_covered, shown.sites[taken - 1].people_cumulative, 'the scenario covers what was promised')
    await fetch(`${world.origin}/api/v1/scenarios/${encodeURIComponent(scenario.id)}`, { method: 'DELETE' })
    await page.reload()
    await ready(page)
    await until(page, () => window.__app.state().suggestions !== null)
    assert.deepEqual((await state(page)).suggestions, shown, 'the proposal survives a reload')
  })
}

export async function cancelAndReload(world) {
  await visitMap(world, '?s=siting', {}, async (page) => {
    await ask(page, 30)
    await until(page, () => window.__app.state().view.job !== '')
    const id = (await state(page)).view.job
    await page.waitForURL(/job=/)
    await page.reload()
    await until(page, (job) => window.__app.state().jobs.some((j) => j.id === job), id)
    assert.ok(await page.locator('.tray').isVisible(), 'the tray knows the job after a reload')
    const cancel = page.locator('.ask').getByRole('button', { name: '取消' })
    if (await cancel.isVisible().catch(() => false)) await cancel.click().catch(() => undefined)
    await until(page, (job) => ['cancelled', 'done'].includes(window.__app.state().jobs.find((j) => j.id === job)?.state), id)
    const told = await api(world.origin, `/jobs/${id}`)
    assert.equal((await state(page)).jobs.find((j) => j.id === id).state, told.state)
    await page.locator('.tray-head').click()
    await page.screenshot({ path: world.picture('tray') })
    await accessible(page, 'the job tray')
  })
}

export async function askTooMuch(world) {
  await visitMap(world, '?s=siting', {}, async (page) => {
    await page.getByRole('radio', { name: '覆盖率' }).check()
    await page.locator('.ask input[type="number"]').fill('99.5')
    await page.getByRole('button', { name: '计算建议' }).click()
    await until(page, () => window.__app.state().suggestions !== null, null)
    const { suggestions: told } = await state(page)
    assert.equal(told.status, 'infeasible')
    assert.equal(await page.locator('[data-test="impossible"]').innerText(), `达不到 99.5%，最多 ${percentText(told.totals_after.people_share)}`)
    assert.doesNotMatch(await page.locator('.siting').innerText(), /与最优至多差/)
    await page.screenshot({ path: world.picture('siting-impossible') })
    await page.getByRole('radio', { name: '经费' }).check()
    await page.locator('.ask input[type="number"]').fill('300000')
    assert.ok(await page.locator('.ask').evaluate((form) => form.checkValidity()), 'a round sum is taken')
  })
}
