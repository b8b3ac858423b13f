import { describe, expect, it } from 'vitest'
import { addedID, addedName } from '../src/state/added'

const scenario = (id: string, base: string, ...edits: object[]) => ({ id, name: id, base, note: '', edits: edits.map((e) => ({ op: 'add_point', ...e })) })
const all = [
  scenario('a', '', { host_id: 'JWZ-079', name: '滨河警务站' }, { lon: 90, lat: 42.5, name: '新村' }),
  scenario('b', 'a', { point_id: 'p9', name: '九号' }, { host_id: 'unnamed' }),
  scenario('round', 'round'),
]

describe('the point that an edit sets up', () => {
  it('has the id that the server gives it', () => {
    expect(addedID({ op: 'add_point', host_id: 'JWZ-079', lon: 1, lat: 2 })).toBe('new-JWZ-079')
    expect(addedID({ op: 'add_point', lon: 90, lat: 42.5 })).toBe('new-90.000000-42.500000')
    expect(addedID({ op: 'add_point', point_id: 'p9', host_id: 'h' })).toBe('p9')
  })
  it('is named by its scenario or by one below it', () => {
    expect(addedName('p9', 'b', all)).toBe('九号')
    expect(addedName('new-JWZ-079', 'b', all)).toBe('滨河警务站')
    expect(addedName('new-90.000000-42.500000', 'a', all)).toBe('新村')
  })
  it('has no name where none is given, in another scenario, or in a circle of scenarios', () => {
    expect(addedName('new-unnamed', 'b', all)).toBe('')
    expect(addedName('p9', 'a', all)).toBe('')
    expect(addedName('p9', 'round', all)).toBe('')
    expect(addedName('p9', '', all)).toBe('')
  })
})
