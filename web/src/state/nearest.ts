import { computed, shallowRef } from 'vue'
import { ask } from '../api/client'
import type { Point } from '../api/types'
import { follow } from './resource'
import { joined, pointById, settlements, times } from './store'
import { view } from './view'

/** From where the nearest points are looked for: a village of the list, or where the phone says it is. Never leaves for anyone but the own server. */
export interface Origin { lon: number; lat: number; village: number | null; accuracyM: number | null }
export const origin = shallowRef<Origin | null>(null)

/** One of the nearest points: by travel time where that is known, in a straight line in any case. */
export interface Near { point: Point; straightM: number; ms: number | null }

const earthRadiusM = 6371008.8

/** Straight distance on the sphere in metres (haversine; Sinnott 1984): orders the points when there is no server to ask for times. */
export function straightM(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const rad = Math.PI / 180
  const h = Math.sin(((lat2 - lat1) * rad) / 2) ** 2 + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** The position of the smallest distance in a list of places, -1 when it is empty. */
export function closest(lon: number, lat: number, lons: number[], lats: number[]): number {
  let best = -1
  let least = Infinity
  for (let i = 0; i < lons.length; i++) {
    const d = straightM(lon, lat, lons[i]!, lats[i]!)
    if (d < least) { least = d; best = i }
  }
  return best
}

/** The village that is looked from, or the closest one to the phone. */
export const village = computed(() => {
  const o = origin.value
  const s = settlements.data
  if (!o || !s) return -1
  return o.village ?? closest(o.lon, o.lat, s.lon, s.lat)
})

/** Farther than this from every village, a place is taken to lie outside of the project. */
const outsideM = 50_000
/** Straight distance in metres to the closest village of a place outside of the project; null inside. */
export const outside = computed(() => {
  const o = origin.value
  const s = settlements.data
  if (!o || !s || village.value < 0) return null
  const away = straightM(o.lon, o.lat, s.lon[village.value]!, s.lat[village.value]!)
  return away > outsideM ? away : null
})

const asked = 12
/** Points that count under the conditions, the closest in a straight line, and the one that is nearest to the village by time. */
const candidates = computed<Near[]>(() => {
  const o = origin.value
  if (!o || !times.data || outside.value !== null) return []
  const all = times.data.facility_ids.flatMap((id) => pointById.value.get(id) ?? [])
    .map((point): Near => ({ point, straightM: straightM(o.lon, o.lat, point.lon, point.lat), ms: null }))
    .sort((a, b) => a.straightM - b.straightM || (a.point.id < b.point.id ? -1 : 1))
  const best = joined.value?.facility[village.value]
  return all.filter((n, i) => i < asked || n.point.id === best)
})

/** Travel times from the very place, asked for when there is a server; without one the list keeps its straight order. */
export const timed = follow<Map<string, number>>(
  () => (candidates.value.length ? JSON.stringify({ profile: view.profile, minutes: 60, from: [{ id: 'here', lon: origin.value!.lon, lat: origin.value!.lat }],
    to: candidates.value.map(({ point: { id, lon, lat } }) => ({ id, lon, lat })) }) : null),
  async (key, signal) => new Map((await ask<{ to: string; ms: number }[]>('/matrix', { method: 'POST', json: JSON.parse(key), signal })).body.map((x) => [x.to, x.ms])))

/** The nearest points, those with a time first. The time of a village's own nearest point is known without asking. */
export const nearest = computed<Near[]>(() => {
  const known = timed.state === 'ready' ? timed.data : null
  const own = origin.value?.village ?? null
  return candidates.value.map((n) => ({ ...n, ms: known?.get(n.point.id) ?? (own !== null && joined.value?.facility[own] === n.point.id ? joined.value.ms[own] ?? null : null) }))
    .sort((a, b) => (a.ms ?? Infinity) - (b.ms ?? Infinity) || a.straightM - b.straightM).slice(0, 8)
})
