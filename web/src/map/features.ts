import type { Feature, FeatureCollection, GeoJsonProperties } from 'geojson'
import type { Edit } from '../api/types'
import { locale } from '../i18n'
import { allEdits, inHand } from '../state/draft'
import { isShown, standing } from '../state/points'
import { explanation, selected } from '../state/selection'
import { suggestions } from '../state/siting'
import { hostById, hovered, inScope, pointById, points, settlementIndex, settlements, units } from '../state/store'
import { view } from '../state/view'
import { tierMarks } from './colours'

function collection(features: Feature[]): FeatureCollection { return { type: 'FeatureCollection', features } }
function at(lon: number, lat: number, properties: GeoJsonProperties): Feature {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: [lon, lat] } }
}

const tierOrder = ['other', 'mobile', 'post_desk', 'studio', 'station', 'centre']
const tierIcon = (tier: string) => (tier in tierMarks ? tier : 'other')

/** Service points as they stand with the draft's edits; the one in the hand is pale in its old place, its handle shows the new one. */
export function pointFeatures(): FeatureCollection { return pointsUnder(view.edits, inHand.value?.point_id) }

/** Service points after edits: moved ones in their new place, closed ones pale, new ones as outlines. */
export function pointsUnder(edits: Edit[], held?: string): FeatureCollection {
  const moved = new Map(edits.filter((e) => e.op === 'move_point').map((e) => [e.point_id, e]))
  const pale = new Set([held, ...edits.filter((e) => e.op === 'close_point').map((e) => e.point_id)])
  const features = (points.data ?? []).filter(isShown).map((p) => {
    const place = moved.get(p.id) ?? p
    return at(place.lon!, place.lat!, { id: p.id, tier: tierIcon(p.tier), ghost: standing(p, view.year) === 'ghost', dim: pale.has(p.id) || !inScope(p.code), order: tierOrder.indexOf(p.tier) })
  })
  edits.forEach((e, i) => {
    const place = e.lon !== undefined ? e : hostById.value.get(e.host_id ?? '')
    if (e.op === 'add_point' && place) features.push(at(place.lon!, place.lat!, { id: `edit-${i}`, tier: tierIcon(e.tier ?? 'post_desk'), ghost: true, dim: false, order: 99 }))
  })
  return collection(features)
}

export function proposalFeatures(): FeatureCollection {
  if (view.screen !== 'siting') return collection([])
  return collection((suggestions.value?.sites ?? []).map((s) => at(s.lon, s.lat, { id: s.host_id, rank: s.rank, lit: s.host_id === hovered.value })))
}

export function selectionFeature(): FeatureCollection {
  const { kind, id } = selected.value
  if (kind === 'settlement') {
    const i = settlementIndex.value.get(id)
    const s = settlements.data
    return collection(i === undefined || !s ? [] : [at(s.lon[i]!, s.lat[i]!, {})])
  }
  const edit = [...allEdits.value].reverse().find((e) => e.point_id === id && e.lon !== undefined)
  const place = kind === 'point' ? edit ?? pointById.value.get(id) : kind === 'host' ? hostById.value.get(id) : undefined
  return collection(place ? [at(place.lon!, place.lat!, {})] : [])
}

/** The ways from the explained settlement to its nearest points, the nearest first. */
export function pathFeatures(): FeatureCollection {
  const features = (explanation.data?.nearest ?? []).flatMap((near, rank): Feature[] => (near.path ? [{ type: 'Feature', properties: { rank }, geometry: near.path }] : []))
  return collection(features.reverse())
}

export function labelFeatures(): FeatureCollection {
  return collection((units.data ?? []).filter((u) => u.level === 4 && u.label).map((u) => at(u.label![0], u.label![1], { name: (locale.value === 'en' && u.name_en) || (locale.value === 'ug' && u.name_ug) || u.name })))
}
