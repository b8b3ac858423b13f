import type { Point } from '../api/types'

/** Questions about points that the list answers as filters. */
export const filters = ['staff', 'weak', 'access', 'bilingual', 'dates', 'level'] as const
export type Filter = (typeof filters)[number]

/** The plan's staff minimum by tier: three in a centre, two in a station; none is set for rooms and posts. */
const minimum: Record<string, number> = { centre: 3, station: 2 }

const tests: Record<Filter, (p: Point) => boolean> = {
  staff: (p) => p.tier in minimum && (p.staff_full ?? 0) + (p.staff_part ?? 0) < minimum[p.tier]!,
  weak: (p) => p.status === 'suspended' || p.status === 'closed' || p.level === 'board',
  access: (p) => p.street_front === false || p.ground_floor === false || p.accessible === false,
  bilingual: (p) => p.bilingual === false,
  dates: (p) => p.status === 'built' && !p.accepted_on && !p.opened_on,
  level: (p) => !p.level,
}

/** True when a point answers the question, or when none is asked. */
export function matches(point: Point, filter: string): boolean {
  const test = tests[filter as Filter] as ((p: Point) => boolean) | undefined
  return test ? test(point) : true
}
