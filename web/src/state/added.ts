import type { Edit, Scenario } from '../api/types'

/** The id that the server gives a point that an edit sets up. */
export function addedID(edit: Edit): string {
  return edit.point_id || `new-${edit.host_id || `${edit.lon?.toFixed(6)}-${edit.lat?.toFixed(6)}`}`
}

/** The name under which a scenario, or one it builds upon, sets up a point; "" when none does. */
export function addedName(id: string, scenario: string, all: Scenario[]): string {
  const seen = new Set<string>()
  for (let at = all.find((s) => s.id === scenario); at && !seen.has(at.id); at = all.find((s) => s.id === at?.base)) {
    seen.add(at.id)
    const edit = at.edits.find((e) => e.op === 'add_point' && addedID(e) === id)
    if (edit?.name) return edit.name
  }
  return ''
}
