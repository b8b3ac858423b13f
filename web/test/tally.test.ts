import { describe, expect, it } from 'vitest'
import type { Settlements, Times } from '../src/api/types'
import { COVERED, UNCOVERED, UNKNOWN, join, peopleShare, tally, verdicts, verdictsTold } from '../src/state/tally'

const settlements: Settlements = {
  id: ['a', 'b', 'c', 'd', 'e'], name: ['甲', '乙', '丙', '丁', '戊'], code: ['1', '1', '2', '2', '2'],
  lon: [0, 0, 0, 0, 0], lat: [0, 0, 0, 0, 0], people: [100, 200, 300, null, 500], groups: { elderly: [10, null, 30, 40, 50] },
}
// given in another order, and without "e"
const times = {
  run: {}, limit_ms: 3600000, facility_ids: ['p', 'q'],
  settlement: { id: ['d', 'c', 'b', 'a'], ms: [600000, null, 600001, 600000], facility: [0, null, 1, 0], snap_m: [1, null, 1, 1], reason: ['', 'island', '', ''] },
} as unknown as Times

describe('join', () => {
  it('brings times into the order of the settlements', () => {
    const joined = join(settlements, times, '')
    expect(joined.ms).toEqual([600000, 600001, null, 600000, null])
    expect(joined.facility).toEqual(['p', 'q', null, 'p', null])
    expect(joined.reason[4]).toBe('absent')
  })
  it('takes the people of a group, unknown where the group is unknown', () => {
    expect(join(settlements, times, 'elderly').people).toEqual([10, null, 30, 40, 50])
    expect(join(settlements, times, 'nobody').people).toEqual([null, null, null, null, null])
  })
})

describe('verdicts', () => {
  const joined = join(settlements, times, '')
  it('counts exactly ten minutes as within ten minutes, one millisecond more as not', () => {
    expect([...verdicts(joined, 600000)]).toEqual([COVERED, UNCOVERED, UNKNOWN, UNKNOWN, UNKNOWN])
  })
  it('never loses a settlement when the limit grows', () => {
    let before = 0
    for (let limit = 0; limit <= 3600000; limit += 60000) {
      const covered = tally(joined, verdicts(joined, limit)).covered.settlements
      expect(covered).toBeGreaterThanOrEqual(before)
      before = covered
    }
  })
  it('calls a settlement without a way to any point uncovered, one without people or place not known', () => {
    const reasons = ['', 'no_way_to_facility', 'no_facility', 'island', 'too_far_from_road', 'outside_roads', 'absent']
    const nowhere = { ms: reasons.map(() => null), reason: reasons, facility: reasons.map(() => null), people: reasons.map(() => 1) }
    expect([...verdicts(nowhere, 600000)]).toEqual([UNCOVERED, UNCOVERED, UNCOVERED, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN])
    expect([...verdicts({ ms: [1], reason: [''], facility: ['p'], people: [null] }, 600000)]).toEqual([UNKNOWN])
  })
})

describe('verdicts as told', () => {
  it('cover whoever is not in the list of gaps', () => {
    expect([...verdictsTold(['a', 'b', 'c'], [{ id: 'c', status: 'unknown' }, { id: 'a', status: 'uncovered' }])]).toEqual([UNCOVERED, COVERED, UNKNOWN])
  })
})

describe('tally', () => {
  const joined = join(settlements, times, '')
  const sums = tally(joined, verdicts(joined, 600000))
  it('accounts for everyone: covered + uncovered + unknown = all', () => {
    for (const what of ['settlements', 'people', 'peopleMissing'] as const) {
      expect(sums.covered[what] + sums.uncovered[what] + sums.unknown[what]).toBe(sums.all[what])
    }
    expect(sums.all).toEqual({ settlements: 5, people: 1100, peopleMissing: 1 })
    expect(sums.covered).toEqual({ settlements: 1, people: 100, peopleMissing: 0 })
  })
  it('keeps to a scope', () => {
    expect(tally(joined, verdicts(joined, 600000), (i) => settlements.code[i] === '1').all.people).toBe(300)
  })
  it('has no share without people', () => {
    expect(peopleShare(tally(joined, verdicts(joined, 600000), () => false))).toBeNull()
    expect(peopleShare(sums)).toBeCloseTo(100 / 1100)
  })
})
