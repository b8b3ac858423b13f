// The other screens: targets, quality, import, report, API; and the page in other languages and sizes.
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { drawn, ready } from '../browser.mjs'
import { accessible, api, has, visit, visitMap } from '../visit.mjs'

export async function targets(world) {
  await visit(world, '?s=indicators', {}, async (page) => {
    await page.locator('[data-kpi="done"]').waitFor()
    const told = await api(world.origin, '/indicators')
    assert.equal(Number(await page.locator('[data-kpi="done"]').innerText()), told.filter((i) => i.done === true).length)
    assert.equal(Number(await page.locator('[data-kpi="open"]').innerText()), told.filter((i) => i.done === false).length)
    assert.equal(await page.locator('.panel tbody tr').count(), told.length)
    await page.screenshot({ path: world.picture('indicators') })
    await accessible(page, 'targets')
  })
}

export async function quality(world) {
  await visit(world, '?s=quality', {}, async (page) => {
    await ready(page)
    const told = await api(world.origin, '/coverage?profile=walk&minutes=10')
    const row = page.locator('.checks tbody tr').first()
    assert.equal(Number((await row.locator('td').first().innerText()).replace(/\D/g, '')), told.totals.settlements_unknown)
    await page.screenshot({ path: world.picture('quality') })
    await accessible(page, 'data quality')
  })
}

export async function reportAndApi(world) {
  await visit(world, '?s=report', {}, async (page) => {
    await ready(page)
    await accessible(page, 'report')
    await page.screenshot({ path: world.picture('report') })
    const links = await page.locator('.cards3 a').evaluateAll((list) => list.map((a) => a.getAttribute('href')))
    if (!world.fixture && await has(world.origin, '/report.html')) for (const link of links) assert.equal((await fetch(world.origin + link)).status, 200, link)
    const files = await page.locator('table a[download]').evaluateAll((list) => list.map((a) => a.getAttribute('href')))
    assert.ok(world.fixture || files.length > 0, 'layers are offered')
    for (const file of files) {
      const answer = await fetch(world.origin + file)
      await answer.body?.cancel()
      assert.equal(answer.status, 200, file)
    }
    await page.locator('.bar nav a', { hasText: '接口' }).click()
    await page.locator('.method').first().waitFor()
    const document = await (await fetch(`${world.origin}/api/openapi.json`)).json()
    const routes = Object.values(document.paths).flatMap((p) => Object.keys(p).filter((m) => /^(get|post|put|delete|patch)$/.test(m)))
    assert.equal(await page.locator('.method').count(), routes.length)
    await page.screenshot({ path: world.picture('api') })
    await accessible(page, 'API')
  })
}

export async function downloads(world) {
  await visit(world, '?minutes=15', {}, async (page) => {
    await ready(page)
    await page.getByRole('button', { name: /导出/ }).click()
    await accessible(page, 'export menu')
    const links = await page.locator('[role="menu"] a').evaluateAll((list) => list.map((a) => a.getAttribute('href')))
    assert.ok(links.length >= 6)
    assert.ok(links.filter((l) => l.includes('/coverage/')).every((l) => l.includes('minutes=15')), 'downloads carry the conditions')
    const reports = !world.fixture && await has(world.origin, '/report.html')
    if (!world.fixture) for (const link of links) if (reports || !link.includes('/report')) assert.equal((await fetch(world.origin + link)).status, 200, link)
    await page.screenshot({ path: world.picture('export-menu') })
  })
}

export async function importAFile(world) {
  const hosts = (await api(world.origin, '/hosts')).slice(0, 4)
  const lines = ['名称,类型,经度,纬度', ...hosts.map((h, i) => `测试服务点${i + 1},便民警务站,${h.lon},${h.lat}`)]
  await visit(world, '?s=import', {}, async (page) => {
    await page.screenshot({ path: world.picture('import-1') })
    await accessible(page, 'import, first step')
    await page.locator('input[type="file"]').setInputFiles({ name: '服务点.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${lines.join('\n')}\n`) })
    await page.getByRole('button', { name: '下一步' }).click()
    await page.locator('.crs-list').waitFor()
    await page.waitForTimeout(1200)
    await page.screenshot({ path: world.picture('import-2') })
    await accessible(page, 'import, coordinate system')
    await page.locator('.crs-list input[value="wgs84"]').check()
    await page.getByRole('button', { name: '下一步' }).click()
    await page.locator('[data-quality="read"]').waitFor()
    await page.screenshot({ path: world.picture('import-3') })
    await accessible(page, 'import, quality')
    const before = (await api(world.origin, '/imports')).length
    await page.getByRole('button', { name: '导入', exact: true }).click()
    await page.getByText('导入完成').waitFor()
    const history = await api(world.origin, '/imports')
    assert.equal(history.length, before + 1)
    await page.screenshot({ path: world.picture('import-4') })
    await page.locator('table').last().getByRole('button', { name: '撤销' }).first().click()
    await page.getByText('已撤销').first().waitFor()
    assert.equal((await api(world.origin, '/imports')).find((i) => i.id === history[0].id).undone, true)
  })
}

export async function english(world) {
  await visitMap(world, '?lang=en', {}, async (page) => {
    assert.equal(await page.getAttribute('html', 'lang'), 'en')
    await page.getByText('People covered').first().waitFor()
    await page.screenshot({ path: world.picture('english') })
    await accessible(page, 'English')
    for (const screen of ['siting', 'compare', 'indicators', 'quality', 'import', 'report', 'points', 'api']) {
      await page.goto(`${world.origin}/?lang=en&s=${screen}`)
      await page.locator('main h1').waitFor()
      const left = (await page.locator('.bar nav, .page-head h1').allInnerTexts()).join(' ')
      assert.doesNotMatch(left, /[\u4e00-\u9fff]/, `${screen} in English`)
    }
  })
}

export async function uyghur(world) {
  await visitMap(world, '?lang=ug', {}, async (page) => {
    assert.equal(await page.getAttribute('html', 'dir'), 'rtl')
    const left = await page.locator('.side.left').boundingBox()
    assert.ok(left.x > 700, 'the conditions stand on the right')
    assert.ok(await page.locator('.banner.draft').isVisible(), 'marked as a draft')
    await page.screenshot({ path: world.picture('uyghur') })
    await accessible(page, 'Uyghur')
  })
}

export async function phone(world) {
  await visit(world, '', { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, async (page) => {
    await ready(page)
    await drawn(page)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), 'no sideways scrolling')
    assert.equal(await page.locator('.draft:visible').count(), 0, 'read only')
    await page.screenshot({ path: world.picture('phone'), fullPage: true })
    await accessible(page, 'phone')
  })
  await visit(world, '', { width: 320, height: 640 }, async (page) => {
    await ready(page)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), 'reflows at 320 px')
  })
}

export async function largeScreenAndWeight(world) {
  await visit(world, '', { width: 1920, height: 1080 }, async (page) => {
    const bodies = []
    page.on('response', (r) => { if (/\.(js|css|svg|html)$|\/$/.test(new URL(r.url()).pathname)) bodies.push(r.body().then((b) => gzipSync(b).length, () => 0)) })
    await page.reload()
    await ready(page)
    await drawn(page)
    const weight = (await Promise.all(bodies)).reduce((a, b) => a + b, 0)
    console.log(`      first view ${(weight / 1024).toFixed(0)} kB gzipped`)
    assert.ok(weight > 100_000 && weight <= 1_000_000, `first view weighs ${weight} bytes gzipped`)
    await page.screenshot({ path: world.picture('large') })
  })
}
