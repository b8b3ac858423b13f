import { computed } from 'vue'
import type { Point } from '../api/types'
import { tierMarks } from '../map/colours'
import { points } from './store'
import { view } from './view'

/** Tiers that occur in the data, in the plan's order. */
export const tiersShown = computed(() => Object.keys(tierMarks).filter((tier) => points.data?.some((p) => p.tier === tier)))

/** How a point stood at the end of a year (0 = as it is now): open, only planned, or not on the map at all. */
export function standing(point: Point, year: number): 'open' | 'ghost' | 'gone' {
  if (!year) return point.status === 'built' ? 'open' : point.status === 'closed' ? 'gone' : 'ghost'
  const end = `${year}-12-31`
  if (point.closed_on && point.closed_on <= end) return 'gone'
  const opened = point.accepted_on || point.opened_on || ''
  if (opened ? opened <= end : point.status === 'built' && !point.planned_on) return 'open'
  return point.planned_on && point.planned_on.slice(0, 4) > String(year) ? 'gone' : 'ghost'
}

export function isShown(point: Point): boolean { return !view.hide.includes(point.tier) && standing(point, view.year) !== 'gone' }
