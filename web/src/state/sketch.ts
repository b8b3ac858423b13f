import { computed, reactive } from 'vue'
import type { Edit } from '../api/types'
import { picker } from './adding'
import { apply } from './draft'

export type RoadOp = 'close_road' | 'road_speed' | 'add_road' | 'add_barrier'
export type Place = [lon: number, lat: number]

/** A road as the map shows it. */
export interface RoadHit { id: string; name: string; highway: string }

/** A change of the roads that is being made: which road, or the line drawn so far. */
export const sketch = reactive({
  op: '' as RoadOp | '', line: [] as Place[], area: false, way: '', wayName: '', speed: 20, class: 'unclassified', name: '',
})

/** The roads that the map shows now, filled by the map: a list to choose from without pointing. */
export const roadsShown: { read: (() => RoadHit[]) | null } = { read: null }

export const drawing = computed(() => sketch.op === 'add_road' || sketch.op === 'add_barrier')
export const complete = computed(() => (drawing.value ? sketch.line.length >= (sketch.area && sketch.op === 'add_barrier' ? 3 : 2)
  : /^-?\d+$/.test(sketch.way) && (sketch.op !== 'road_speed' || (sketch.speed >= 0.1 && sketch.speed <= 200))))

/** Begins a change; every click on the map then gives a corner of the line, or the road. */
export function begin(op: RoadOp): void {
  Object.assign(sketch, { op, line: [], way: '', wayName: '', name: '' })
  picker.value = { purpose: 'road', take: (lon, lat, _hit, road) => {
    if (drawing.value) sketch.line = [...sketch.line, [Number(lon.toFixed(6)), Number(lat.toFixed(6))]]
    else if (road) chooseRoad(road)
  } }
}

export function chooseRoad(road: RoadHit): void {
  sketch.way = road.id
  sketch.wayName = road.name
}

/** Takes the last corner back; false when there is none. */
export function back(): boolean {
  if (!drawing.value || sketch.line.length === 0) return false
  sketch.line = sketch.line.slice(0, -1)
  return true
}

export function stop(): void {
  sketch.op = ''
  sketch.line = []
  if (picker.value?.purpose === 'road') picker.value = null
}

/** The change as an edit of the draft. */
export function editOf(): Edit {
  const { op, line, area, way, wayName, speed, name } = sketch
  const wayEdit = { way_id: Number(way), ...(wayName ? { name: wayName } : {}) }
  if (op === 'close_road') return { op, ...wayEdit }
  if (op === 'road_speed') return { op, ...wayEdit, speed_kmh: speed }
  if (op === 'add_road') return { op, line, class: sketch.class, ...(name ? { name } : {}) }
  return { op, line: area ? [...line, line[0]!] : line, ...(name ? { name } : {}) }
}

export function finish(): void {
  if (!complete.value) return
  apply(editOf())
  stop()
}

/** Reads coordinates, one place a line: longitude and latitude apart by a comma or space. The row of the first that cannot be read, from 1, or the places. */
export function readPlaces(text: string): { places: Place[]; badRow: number } {
  const places: Place[] = []
  const rows = text.split('\n')
  for (const [i, row] of rows.entries()) {
    if (!row.trim()) continue
    const [lon, lat, ...more] = row.trim().split(/[\s,，;；]+/).map(Number)
    if (more.length || lon === undefined || lat === undefined || !(Math.abs(lon) <= 180) || !(Math.abs(lat) <= 90)) return { places, badRow: i + 1 }
    places.push([lon, lat])
  }
  return { places, badRow: 0 }
}
