import type { Settlements, Times } from '../api/types'

/** The verdict on one settlement. */
export const COVERED = 0
export const UNCOVERED = 1
export const UNKNOWN = 2

export interface Sum { settlements: number; people: number; peopleMissing: number }
export interface Tally { covered: Sum; uncovered: Sum; unknown: Sum; all: Sum }

/** What the answer is joined with: the settlements in their own order with the times and people that belong to them. */
export interface Joined {
  ms: (number | null)[]
  reason: string[]
  facility: (string | null)[]
  people: (number | null)[]
}

/** Brings the times into the order of the settlements; a settlement that the answer lacks has no time. */
export function join(settlements: Settlements, times: Times, group: string): Joined {
  const at = new Map(times.settlement.id.map((id, i) => [id, i]))
  const joined: Joined = { ms: [], reason: [], facility: [], people: [] }
  const people = group ? settlements.groups[group] ?? [] : settlements.people
  settlements.id.forEach((id, i) => {
    const row = at.get(id)
    const facility = row === undefined ? null : times.settlement.facility[row] ?? null
    joined.ms.push(row === undefined ? null : times.settlement.ms[row] ?? null)
    joined.reason.push(row === undefined ? 'absent' : times.settlement.reason[row] ?? '')
    joined.facility.push(facility === null ? null : times.facility_ids[facility] ?? null)
    joined.people.push(people[i] ?? null)
  })
  return joined
}

/** Reasons for which the verdict is not known; any other reason says why the place is uncovered. */
const unknownReasons = new Set(['too_far_from_road', 'island', 'outside_roads', 'absent'])

/**
 * Decides every settlement at a limit, as the server does: not known when its place on the network or its people are not known,
 * covered when the time is within the limit, uncovered otherwise. Times come from the server; this only compares them with the
 * limit, so that a slider needs no round trip.
 */
export function verdicts(joined: Joined, limitMs: number, into?: Uint8Array): Uint8Array {
  const out = into ?? new Uint8Array(joined.ms.length)
  for (let i = 0; i < joined.ms.length; i++) {
    const ms = joined.ms[i] ?? null
    const unknown = joined.people[i] === null || (ms === null && unknownReasons.has(joined.reason[i]!))
    out[i] = unknown ? UNKNOWN : ms !== null && ms <= limitMs ? COVERED : UNCOVERED
  }
  return out
}

/** The verdicts that an answer tells by its list of all settlements that are not covered. */
export function verdictsTold(ids: string[], gaps: { id: string; status: string }[]): Uint8Array {
  const told = new Map(gaps.map((g) => [g.id, g.status === 'unknown' ? UNKNOWN : UNCOVERED]))
  return Uint8Array.from(ids, (id) => told.get(id) ?? COVERED)
}

function emptySum(): Sum { return { settlements: 0, people: 0, peopleMissing: 0 } }

function add(sum: Sum, people: number | null): void {
  sum.settlements++
  if (people === null) sum.peopleMissing++
  else sum.people += people
}

/** Sums settlements and people by verdict, over those that `keep` accepts. covered + uncovered + unknown = all. */
export function tally(joined: Joined, verdict: Uint8Array, keep: (i: number) => boolean = () => true): Tally {
  const result: Tally = { covered: emptySum(), uncovered: emptySum(), unknown: emptySum(), all: emptySum() }
  const byVerdict = [result.covered, result.uncovered, result.unknown]
  for (let i = 0; i < verdict.length; i++) {
    if (!keep(i)) continue
    const people = joined.people[i] ?? null
    add(byVerdict[verdict[i]!]!, people)
    add(result.all, people)
  }
  return result
}

/** The share of people covered among those whose verdict and number are known or unknown alike; null without people. */
export function peopleShare(t: Tally): number | null {
  return t.all.people > 0 ? t.covered.people / t.all.people : null
}
