import type { View } from './view'

/** Builds the coverage query that the API's coverage-like routes share. The limit is left out where the page thresholds by itself. */
export function coverageQuery(view: View, options: { minutes?: boolean; scenario?: string } = {}): URLSearchParams {
  const query = new URLSearchParams()
  const put = (name: string, value: string) => { if (value) query.set(name, value) }
  put('profile', view.profile)
  if (options.minutes !== false) put('minutes', String(view.minutes))
  put('service', view.service)
  put('kind', view.kind)
  put('status', view.status)
  put('level', view.level)
  put('mode', view.mode)
  put('group', view.group)
  put('as_of', view.year ? `${view.year}-12-31` : '')
  put('weekday', view.day)
  put('time', view.time)
  put('same_county', view.sameCounty ? 'true' : '')
  put('scenario', options.scenario ?? view.scenario)
  put('rule', view.rule)
  return query
}

/** The same question as members of a JSON body, with their types. */
export function coverageFields(view: View): Record<string, string | number | boolean> {
  const fields: Record<string, string | number | boolean> = Object.fromEntries(coverageQuery(view))
  fields.minutes = view.minutes
  if (view.day) fields.weekday = Number(view.day)
  if (view.sameCounty) fields.same_county = true
  return fields
}
