import type { CurvePoint } from '../api/types'

/**
 * The knee of a rising curve: the point farthest above the chord between its ends, both axes scaled to 1
 * (Satopää et al. 2011, without smoothing). Null when fewer than three points rise or none lies above the chord.
 */
export function knee(curve: CurvePoint[]): CurvePoint | null {
  const first = curve[0]
  const last = curve.at(-1)
  if (!first || !last || curve.length < 3 || last.people <= first.people || last.n <= first.n) return null
  let best: CurvePoint | null = null
  let height = 1e-9
  for (const point of curve) {
    const above = (point.people - first.people) / (last.people - first.people) - (point.n - first.n) / (last.n - first.n)
    if (above > height) [best, height] = [point, above]
  }
  return best
}

/** The first point of the curve that reaches a share of people; null when none does. */
export function reaching(curve: CurvePoint[], share: number): CurvePoint | null {
  return curve.find((p) => p.people_share !== null && p.people_share >= share) ?? null
}
