import { computed, reactive, ref, watch } from 'vue'
import { get } from '../api/client'
import type { Coverage, Host, Point, Project, Scenario, Settlements, Times, Unit } from '../api/types'
import type { FeatureCollection } from 'geojson'
import { addedName } from './added'
import { coverageQuery } from './query'
import { follow } from './resource'
import { join, tally, verdicts, verdictsTold } from './tally'
import { view } from './view'

const townshipLevel = 4

/** Bumped whenever something was written, so that everything computed from it is asked again. */
export const revision = ref(0)
const fresh = (path: string) => () => `${path}#${revision.value}`
const once = () => 'once'

export const project = follow<Project>(fresh('project'), (_, signal) => get('/project', undefined, signal))
export const units = follow<Unit[]>(fresh('units'), (_, signal) => get('/units', undefined, signal))
export const settlements = follow<Settlements>(fresh('settlements'), (_, signal) => get('/settlements', undefined, signal))
export const hosts = follow<Host[]>(fresh('hosts'), (_, signal) => get('/hosts', undefined, signal))
export const points = follow<Point[]>(fresh('points'), (_, signal) => get('/points', undefined, signal))
export const scenarios = follow<Scenario[]>(fresh('scenarios'), (_, signal) => get('/scenarios', undefined, signal))
export const profiles = follow<{ name: string; title_zh: string; title_en: string; max_kmh?: number }[]>(once, (_, signal) => get('/profiles', undefined, signal))

/** Times for the question asked, good for every limit: what the slider works on. */
export const times = follow<Times>(
  () => `${coverageQuery(view, { minutes: false })}#${revision.value}`,
  (key, signal) => get('/coverage/times', query(key), signal),
)
/** The server's own totals at the limit: what the page finally shows. */
export const coverage = follow<Coverage>(
  () => `${coverageQuery(view)}#${revision.value}`,
  (key, signal) => get('/coverage', withPairs(query(key), { limit: '5000' }), signal), 250,
)
const mapped = () => view.screen === 'overview' || view.screen === 'siting' || view.screen === 'points'
export const circles = follow<FeatureCollection>(
  () => (mapped() && !view.rule && !view.hide.includes('circles') ? `${coverageQuery(view)}#${revision.value}` : null),
  (key, signal) => get('/coverage/circles.geojson', query(key), signal), 350,
)
export const gaps = follow<FeatureCollection>(
  () => (mapped() && !view.rule && !view.hide.includes('gaps') ? `${coverageQuery(view)}#${revision.value}` : null),
  (key, signal) => get('/coverage/gaps.geojson', query(key), signal), 350,
)

/** Places of legal education and titles awarded, once the layer is asked for. */
export const legalPlaces = follow<FeatureCollection>(
  () => (view.show.includes('checklist') ? `${view.year ? `${view.year}-12-31` : ''}#${revision.value}` : null),
  (key, signal) => get('/checklist.geojson', { as_of: key.split('#')[0] }, signal),
)

function query(key: string): URLSearchParams { return new URLSearchParams(key.slice(0, key.lastIndexOf('#'))) }
function withPairs(params: URLSearchParams, pairs: Record<string, string>): URLSearchParams {
  for (const [name, value] of Object.entries(pairs)) params.set(name, value)
  return params
}

/** Settlements joined with their times, in the order of the settlements. */
export const joined = computed(() => (settlements.data && times.data ? join(settlements.data, times.data, view.group) : null))
export const limitMs = computed(() => Math.round(view.minutes * 60000))
/** The verdict on each settlement: by the limit in the page itself; by the server alone where a composite circle is asked, which is more than a limit. */
export const verdict = computed(() => {
  if (!joined.value) return null
  if (!view.rule) return verdicts(joined.value, limitMs.value)
  const answer = coverage.data
  return settlements.data && answer?.run.standard === view.rule ? verdictsTold(settlements.data.id, answer.gaps) : null
})

/** Codes of the unit chosen in the tree and of every unit below it; null when the whole county is looked at. */
export const unitScope = computed<Set<string> | null>(() => {
  if (!view.unit || !units.data) return null
  const scope = new Set([view.unit])
  let grew = true
  while (grew) {
    grew = false
    for (const unit of units.data) {
      if (!scope.has(unit.code) && scope.has(unit.parent)) { scope.add(unit.code); grew = true }
    }
  }
  return scope
})

export function inScope(code: string): boolean { return unitScope.value === null || unitScope.value.has(code) }

/** Figures thresholded in the page: they follow the slider at once, and the server's answer confirms them. */
export const instant = computed(() => {
  if (!joined.value || !verdict.value || !settlements.data) return null
  const codes = settlements.data.code
  return tally(joined.value, verdict.value, (i) => inScope(codes[i] ?? ''))
})

/** True while a figure on the page is not yet the server's own answer to what is asked. */
export const settling = computed(() => [times, coverage].some((r) => r.state === 'loading' || r.state === 'stale'))
export const offline = ref(false)
watch(() => [project, units, settlements, points, times, coverage].some((r) => r.problem?.offline), (lost) => { if (lost) offline.value = true })

/** Whether things may be changed here: not in a project that is only read, and not on a phone, where the page is for reading. */
export const mayEdit = computed(() => Boolean(project.data?.editable) && !globalThis.matchMedia?.('(max-width: 760px)').matches)

/** Asks everything again that failed or may have changed. */
export function refresh(): void { revision.value++ }

export const settlementIndex = computed(() => new Map(settlements.data?.id.map((id, i) => [id, i]) ?? []))
export const pointById = computed(() => new Map(points.data?.map((p) => [p.id, p]) ?? []))
export const hostById = computed(() => new Map(hosts.data?.map((h) => [h.id, h]) ?? []))
export const unitByCode = computed(() => new Map(units.data?.map((u) => [u.code, u]) ?? []))

/** The township that a unit is or lies in; the unit itself above that level, "" for a code no unit has. */
export function townshipName(code: string): string {
  let unit = unitByCode.value.get(code)
  for (let climbed = 0; unit && unit.level > townshipLevel && climbed < townshipLevel; climbed++) unit = unitByCode.value.get(unit.parent) ?? unit
  return unit?.name ?? ''
}

/** The name of a point that counts under the scenario looked at: of the project, or added by the scenario or one below it. */
export function pointName(id: string): string {
  const host = pointById.value.get(id)?.host_id ?? id.replace(/^new-/, '')
  return pointById.value.get(id)?.name || addedName(id, view.scenario, scenarios.data ?? []) || hostById.value.get(host)?.name || id
}

/** What the live region says to a reader of the screen. */
export const announcement = reactive({ text: '' })
export function announce(text: string): void { announcement.text = text }

/** The thing under the pointer or the keyboard in a table, lit on the map, and the other way round. */
export const hovered = ref('')
