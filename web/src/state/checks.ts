import { computed } from 'vue'
import { hosts, joined, points, settlements, verdict } from './store'
import { matches } from './pointfilter'
import { UNKNOWN } from './tally'
import { has, t } from '../i18n'

export interface Finding { select: string; name: string; code: string; note: string }
export interface Check { id: string; rows: Finding[]; people: number | null }

function unknownSettlements(): Check {
  const s = settlements.data
  const rows: Finding[] = []
  let people = 0
  verdict.value?.forEach((v, i) => {
    if (v !== UNKNOWN || !s) return
    const reason = joined.value?.reason[i] ?? ''
    const key = `reason.${reason}`
    rows.push({ select: `settlement:${s.id[i]}`, name: s.name[i] || s.id[i]!, code: s.code[i]!, note: has(key) ? t(key) : reason })
    people += joined.value?.people[i] ?? 0
  })
  return { id: 'unknown', rows, people }
}

function settlementsWhere(id: string, test: (i: number) => boolean): Check {
  const s = settlements.data
  const rows = (s?.id ?? []).flatMap((key, i) => (test(i) ? [{ select: `settlement:${key}`, name: s!.name[i] || key, code: s!.code[i]!, note: '' }] : []))
  return { id, rows, people: null }
}

function pointsWhere(id: string, filter: string): Check {
  const rows = (points.data ?? []).filter((p) => matches(p, filter)).map((p) => ({ select: `point:${p.id}`, name: p.name || p.id, code: p.code, note: '' }))
  return { id, rows, people: null }
}

/** Points that share their very coordinates with another one. */
function stacked(): Check {
  const seen = new Map<string, number>()
  const place = (p: { lon: number; lat: number }) => `${p.lon},${p.lat}`
  for (const p of points.data ?? []) seen.set(place(p), (seen.get(place(p)) ?? 0) + 1)
  const rows = (points.data ?? []).filter((p) => seen.get(place(p))! > 1).map((p) => ({ select: `point:${p.id}`, name: p.name || p.id, code: p.code, note: '' }))
  return { id: 'stacked', rows, people: null }
}

/** What is missing or doubtful in the data, told from the data itself. */
export const checks = computed<Check[]>(() => [
  unknownSettlements(),
  settlementsWhere('noPeople', (i) => settlements.data!.people[i] === null),
  settlementsWhere('noUnit', (i) => !settlements.data!.code[i]),
  stacked(),
  { id: 'doubtful', people: null, rows: (hosts.data ?? []).filter((h) => h.quality === 'doubtful').map((h) => ({ select: `host:${h.id}`, name: h.name || h.id, code: h.code, note: h.quality ?? '' })) },
  pointsWhere('noLevel', 'level'), pointsWhere('noDates', 'dates'), pointsWhere('fewStaff', 'staff'),
])
