import { describe, expect, it } from 'vitest'
import { coverageQuery } from '../src/state/query'
import { defaults, fromQuery, toQuery, type View } from '../src/state/view'

describe('the address', () => {
  it('is empty for the defaults', () => expect(toQuery({ ...defaults, hide: [], edits: [], show: [] })).toBe(''))
  it('holds the whole view and gives it back', () => {
    const view: View = {
      screen: 'siting', lang: 'ug', profile: 'ebike', minutes: 12.5, service: 'notary', kind: 'post_desk', status: 'any', level: 'resident', mode: 'on_site', group: 'elderly',
      year: 2019, day: '3', time: '10:30', sameCounty: true, unit: '650402000000', scenario: 's 1', compare: 's2', compareMode: 'side', select: 'settlement:a:b/c?d', colour: 'minutes',
      hide: ['unknown', 'gaps'], edits: [{ op: 'add_point', lon: 89.123456, lat: 42.9, name: '新点 & "引号"' }], job: 'j1', camera: '9.50/42.9/89.1', find: 'staff', preset: '7', tab: 'rules', rule: 'plan10', show: ['checklist'], plain: true,
    }
    expect(fromQuery(`?${toQuery(view)}`)).toEqual(view)
  })
  it('survives nonsense', () => {
    const view = fromQuery('?s=nowhere&minutes=abc&edits=%7Bbroken&colour=pink&cm=x&year=')
    expect(view.screen).toBe('overview')
    expect(view.minutes).toBe(10)
    expect(view.edits).toEqual([])
    expect(view.colour).toBe('verdict')
  })
  it('asks for duty days unless told otherwise', () => {
    expect(fromQuery('').level).toBe('duty')
    expect(fromQuery('?level=').level).toBe('duty')
    expect(toQuery(fromQuery('?level=any'))).toBe('level=any')
    expect(coverageQuery(fromQuery('?level=any')).get('level')).toBe('any')
  })
  it('keeps the limit between 1 and 60 minutes', () => {
    expect(fromQuery('?minutes=900').minutes).toBe(60)
    expect(fromQuery('?minutes=-3').minutes).toBe(1)
  })
})

describe('coverageQuery', () => {
  it('asks with the names of the API and leaves out what is not set', () => {
    expect(coverageQuery(fromQuery('')).toString()).toBe('profile=walk&minutes=10&level=duty')
    expect(coverageQuery(fromQuery('?year=2018&same_county=1&weekday=2'), { minutes: false }).toString()).toBe('profile=walk&level=duty&as_of=2018-12-31&weekday=2&same_county=true')
  })
})
