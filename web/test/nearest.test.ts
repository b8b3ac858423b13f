import { describe, expect, it } from 'vitest'
import { closest, straightM } from '../src/state/nearest'

describe('straight distance', () => {
  it('agrees with a quarter of the meridian and with a degree of the equator', () => {
    expect(straightM(0, 0, 0, 90) / 1000).toBeCloseTo(10007.557, 2)
    expect(straightM(10, 0, 11, 0) / 1000).toBeCloseTo(111.195, 2)
  })
  it('is the same both ways, and nothing to itself', () => {
    expect(straightM(89.1, 42.9, 90.3, 41.2)).toBeCloseTo(straightM(90.3, 41.2, 89.1, 42.9), 6)
    expect(straightM(89.1, 42.9, 89.1, 42.9)).toBe(0)
  })
})

describe('the closest of places', () => {
  it('is found, the first of equals', () => {
    expect(closest(90, 42, [91, 90.1, 89.9, 90.1], [42, 42, 42, 42])).toBe(1)
    expect(closest(90, 42, [], [])).toBe(-1)
  })
  it('counts a degree of longitude as shorter in the north', () => expect(closest(90, 60, [91.5, 90], [60, 61])).toBe(0))
})
