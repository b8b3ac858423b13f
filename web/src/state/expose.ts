import { joined, coverage, instant, offline, points, settlements, settling, times, verdict } from './store'
import { allEdits, answered, circlesDrawn, draftState, result } from './draft'
import { suggestions } from './siting'
import { jobs } from './jobs'
import { view } from './view'

/** What the tests (and a curious planner's console) may read of the page. */
export interface Exposed {
  view: typeof view
  ready: boolean
  map: Record<string, unknown> | null
  [name: string]: unknown
}

/** Filled by the map once it is drawn. */
export const mapProbe: { read: (() => Record<string, unknown>) | null } = { read: null }

function read(): Exposed {
  const plain = JSON.parse(JSON.stringify(view)) as typeof view
  return {
    view: plain,
    ready: Boolean(settlements.data && times.data && coverage.data) && !settling.value,
    offline: offline.value,
    totals: coverage.data?.totals ?? null,
    instant: instant.value,
    settlements: settlements.data?.id.length ?? 0,
    points: points.data?.length ?? 0,
    verdicts: verdict.value ? Array.from(verdict.value) : [],
    ms: joined.value?.ms ?? [],
    edits: JSON.parse(JSON.stringify(allEdits.value)) as unknown,
    whatIf: result.value, whatIfAnswers: answered.value, whatIfBusy: draftState.busy,
    suggestions: suggestions.value,
    jobs: JSON.parse(JSON.stringify([...jobs.values()])) as unknown,
    map: mapProbe.read?.() ?? null,
  }
}

/** Puts `__app.state()` on the window, and the light `__app.drag()` that may be read in every frame. */
export function exposeState(): void {
  Object.assign(window, { __app: { state: read, drag: () => ({ answers: answered.value, circles: circlesDrawn.value }) } })
}
