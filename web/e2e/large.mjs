// Makes the demonstration county as large as a big one: invented villages and service points beside its own roads, through the importer.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './served.mjs'

const villages = 2040
const posts = 5070

/** Numbers that look random and are the same every time (mulberry32, Tommy Ettinger 2017). */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Places beside the roads that people live along. */
async function places({ binary, project, dir }, n, seed) {
  const file = join(dir, 'roads.geojson')
  await command(binary, ['export', 'roads', '-p', project, '-o', file])
  const lived = JSON.parse(readFileSync(file, 'utf8')).features
    .filter((f) => /residential|tertiary|unclassified|track/.test(f.properties.highway ?? ''))
    .flatMap((f) => (f.geometry.type === 'LineString' ? [f.geometry.coordinates] : f.geometry.coordinates)).flat()
  const next = numbers(seed)
  return Array.from({ length: n }, () => {
    const [lon, lat] = lived[Math.floor(next() * lived.length)]
    return [(lon + (next() - 0.5) * 0.002).toFixed(6), (lat + (next() - 0.5) * 0.002).toFixed(6), next()]
  })
}

/** Adds villages and points to a project until it has more than 2,000 and 5,000. */
export async function grow(place) {
  const homes = (await places(place, villages, 7)).map(([lon, lat, x], i) => [`XL-V${i}`, `试验村${i}`, lon, lat, 40 + Math.floor(x * 1500), Math.floor(x * 200)].join())
  const settlements = join(place.dir, 'villages.csv')
  writeFileSync(settlements, ['编号,名称,经度,纬度,常住人口,老年人', ...homes].join('\n'))
  const rooms = (await places(place, posts, 11)).map(([lon, lat, x], i) => [`XL-H${i}`, `试验警务站${i}`, '便民警务站', lon, lat, x > 0.5 ? '便民警务站服务点' : '工作室', '定期值守', '已建', '2019-06-30'].join())
  const facilities = join(place.dir, 'posts.csv')
  writeFileSync(facilities, ['编号,名称,类型,经度,纬度,层级,服务方式,状态,验收时间', ...rooms].join('\n'))
  await command(place.binary, ['import', 'settlements', settlements, '-p', place.project, '--crs', 'wgs84', '--json'])
  await command(place.binary, ['import', 'facilities', facilities, '-p', place.project, '--crs', 'wgs84', '--json'])
}
