import { describe, expect, it } from 'vitest'
import { knee, reaching } from '../src/charts/curve'

const curve = (people: number[]) => people.map((p, n) => ({ n, people: p, settlements: 0, people_share: p / 100 }))

describe('knee', () => {
  it('is where the curve bends', () => expect(knee(curve([0, 50, 80, 84, 87, 90]))?.n).toBe(2))
  it('is nowhere on a straight line, a flat one, or a short one', () => {
    expect(knee(curve([0, 10, 20, 30]))).toBeNull()
    expect(knee(curve([5, 5, 5]))).toBeNull()
    expect(knee(curve([0, 9]))).toBeNull()
    expect(knee([])).toBeNull()
  })
})

describe('reaching', () => {
  it('is the first point at or above the share', () => {
    expect(reaching(curve([10, 30, 80]), 0.3)?.n).toBe(1)
    expect(reaching(curve([10, 30, 80]), 0.81)).toBeNull()
  })
})
