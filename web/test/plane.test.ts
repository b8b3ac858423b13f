import { describe, expect, it } from 'vitest'
import { pathOf, pixelOf, planeOf } from '../src/map/plane'

const plane = planeOf({ lng: 90, lat: 42 }, 10, 800, 600)

describe('the plane of the map', () => {
  it('puts the centre into the middle', () => {
    const [x, y] = pixelOf(plane, 90, 42)
    expect(x).toBeCloseTo(400, 6)
    expect(y).toBeCloseTo(300, 6)
  })
  it('grows by two with every zoom, north up', () => {
    const near = planeOf({ lng: 90, lat: 42 }, 11, 800, 600)
    const [x, y] = pixelOf(plane, 90.1, 42.1)
    const [x2, y2] = pixelOf(near, 90.1, 42.1)
    expect(x2 - 400).toBeCloseTo(2 * (x - 400), 6)
    expect(y2 - 300).toBeCloseTo(2 * (y - 300), 6)
    expect(x).toBeGreaterThan(400)
    expect(y).toBeLessThan(300)
  })
  it('is as wide as the world: 360 degrees are 512 pixels at zoom 0', () => {
    const world = planeOf({ lng: 0, lat: 0 }, 0, 512, 512)
    expect(pixelOf(world, 180, 0)[0] - pixelOf(world, -180, 0)[0]).toBeCloseTo(512, 6)
    expect(pixelOf(world, 0, 85.0511287798)[1]).toBeCloseTo(0, 4)
  })
})

describe('a path', () => {
  it('closes every ring and leaves out what is too near to be seen', () => {
    const ring = [[90, 42], [90.000001, 42], [90.1, 42], [90.1, 42.1], [90, 42]]
    const path = pathOf(plane, [ring, ring])
    expect(path.match(/M/g)).toHaveLength(2)
    expect(path.match(/Z/g)).toHaveLength(2)
    expect(path.match(/L/g)).toHaveLength(6)
  })
  it('leaves out what lies outside of the window, and keeps what reaches into it', () => {
    const far = [[95, 42], [95.1, 42], [95.1, 42.1], [95, 42]]
    const across = [[88, 41], [92, 41], [92, 43], [88, 43], [88, 41]]
    expect(pathOf(plane, [far], 800, 600)).toBe('')
    expect(pathOf(plane, [far])).not.toBe('')
    expect(pathOf(plane, [across], 800, 600)).toMatch(/^M.*Z$/)
  })
  it('of nothing is nothing', () => expect(pathOf(plane, [])).toBe(''))
})
