import { describe, expect, it } from 'vitest'
import { back, begin, complete, editOf, readPlaces, sketch, stop } from '../src/state/sketch'
import { picker } from '../src/state/adding'

describe('coordinates as text', () => {
  it('are read one place a line, apart by comma, space or their Chinese forms', () => {
    expect(readPlaces('90.1, 41.2\n\n 90.2 41.3\n90.3，41.4')).toEqual({ places: [[90.1, 41.2], [90.2, 41.3], [90.3, 41.4]], badRow: 0 })
  })
  it('are refused with the row that cannot be read', () => {
    expect(readPlaces('90, 41\nhere').badRow).toBe(2)
    expect(readPlaces('190, 41').badRow).toBe(1)
    expect(readPlaces('90, 91').badRow).toBe(1)
    expect(readPlaces('90').badRow).toBe(1)
    expect(readPlaces('90 41 7').badRow).toBe(1)
  })
})

describe('a sketch', () => {
  it('grows with every place given and shrinks again', () => {
    begin('add_road')
    picker.value!.take(90, 41, null, null)
    expect(complete.value).toBe(false)
    picker.value!.take(90.1234567, 41.1, null, null)
    expect(complete.value).toBe(true)
    expect(editOf()).toEqual({ op: 'add_road', line: [[90, 41], [90.123457, 41.1]], class: 'unclassified' })
    expect(back()).toBe(true)
    expect(sketch.line).toEqual([[90, 41]])
    stop()
    expect(picker.value).toBeNull()
    expect(back()).toBe(false)
  })
  it('closes an area', () => {
    begin('add_barrier')
    sketch.area = true
    sketch.line = [[0, 0], [1, 0], [1, 1]]
    expect(editOf().line).toEqual([[0, 0], [1, 0], [1, 1], [0, 0]])
    sketch.area = false
    stop()
  })
  it('takes the road clicked, and none where there is none', () => {
    begin('close_road')
    picker.value!.take(0, 0, null, null)
    expect(complete.value).toBe(false)
    picker.value!.take(0, 0, null, { id: '77', name: '人民路', highway: 'primary' })
    expect(editOf()).toEqual({ op: 'close_road', way_id: 77, name: '人民路' })
    stop()
  })
})
