import { defaults, view, type View } from './view'
import { question } from './siting'

/** A planner's question as a saved query: where to look and with which settings. */
export interface Preset {
  n: number
  group: 'state' | 'targets' | 'choose' | 'people' | 'trust'
  hint: 'areas' | 'gaps' | 'points' | 'indicators' | 'suggest' | 'edit' | 'site' | 'curve' | 'compare' | 'quality' | 'report' | 'info' | 'people' | 'advisers' | 'sensitivity'
  set: Partial<View>
  ask?: Partial<typeof question>
}

const overview = (set: Partial<View> = {}): Partial<View> => ({ screen: 'overview', ...set })
const siting = (set: Partial<View> = {}): Partial<View> => ({ screen: 'siting', ...set })
const people = (tab: string, set: Partial<View> = {}): Partial<View> => ({ screen: 'people', tab, ...set })
const points = (find = ''): Partial<View> => ({ screen: 'points', find })

/** The 36 questions of the planners, in their order. */
export const presets: Preset[] = [
  { n: 1, group: 'state', hint: 'areas', set: overview({ level: 'duty' }) },
  { n: 2, group: 'state', hint: 'gaps', set: overview({ service: 'notary' }) },
  { n: 3, group: 'state', hint: 'gaps', set: overview({ minutes: 30, level: 'board' }) },
  { n: 4, group: 'state', hint: 'points', set: points('staff') },
  { n: 5, group: 'state', hint: 'points', set: points('weak') },
  { n: 6, group: 'state', hint: 'site', set: overview() },
  { n: 7, group: 'state', hint: 'gaps', set: overview({ group: 'elderly' }) },
  { n: 8, group: 'state', hint: 'points', set: points('access') },
  { n: 9, group: 'state', hint: 'gaps', set: overview({ sameCounty: true }) },
  { n: 10, group: 'targets', hint: 'indicators', set: { screen: 'indicators' } },
  { n: 11, group: 'targets', hint: 'suggest', set: siting({ year: 2019 }), ask: { goal: 'cover', cover: 80, candidates: 'villages' } },
  { n: 12, group: 'targets', hint: 'compare', set: siting(), ask: { goal: 'sites', sites: 10, candidates: 'all' } },
  { n: 13, group: 'targets', hint: 'suggest', set: siting(), ask: { goal: 'sites', sites: 3, candidates: 'offices' } },
  { n: 14, group: 'targets', hint: 'suggest', set: siting(), ask: { goal: 'sites', sites: 30, candidates: 'posts' } },
  { n: 15, group: 'targets', hint: 'gaps', set: overview({ status: 'any' }) },
  { n: 16, group: 'targets', hint: 'indicators', set: { screen: 'indicators' } },
  { n: 17, group: 'targets', hint: 'indicators', set: { screen: 'indicators' } },
  { n: 18, group: 'choose', hint: 'suggest', set: siting(), ask: { goal: 'sites', sites: 10, candidates: 'posts' } },
  { n: 19, group: 'choose', hint: 'edit', set: siting() },
  { n: 20, group: 'choose', hint: 'site', set: siting() },
  { n: 21, group: 'choose', hint: 'compare', set: { screen: 'compare' } },
  { n: 22, group: 'choose', hint: 'edit', set: siting({ level: 'duty' }) },
  { n: 23, group: 'choose', hint: 'curve', set: siting(), ask: { goal: 'sites', sites: 20, candidates: 'posts' } },
  { n: 24, group: 'choose', hint: 'suggest', set: siting(), ask: { goal: 'cover', cover: 90, candidates: 'all' } },
  { n: 25, group: 'choose', hint: 'suggest', set: siting(), ask: { goal: 'sites', sites: 10, candidates: 'all' } },
  { n: 26, group: 'choose', hint: 'edit', set: siting() },
  { n: 27, group: 'people', hint: 'people', set: people('pairs') },
  { n: 28, group: 'people', hint: 'advisers', set: people('advisers') },
  { n: 29, group: 'people', hint: 'people', set: people('circuits', { service: 'notary' }) },
  { n: 30, group: 'people', hint: 'points', set: points('bilingual') },
  { n: 31, group: 'people', hint: 'advisers', set: people('advisers') },
  { n: 32, group: 'trust', hint: 'sensitivity', set: overview({ profile: 'walk_fast' }) },
  { n: 33, group: 'trust', hint: 'quality', set: { screen: 'quality' } },
  { n: 34, group: 'trust', hint: 'compare', set: { screen: 'compare', compareMode: 'difference' } },
  { n: 35, group: 'trust', hint: 'report', set: { screen: 'report' } },
  { n: 36, group: 'trust', hint: 'info', set: overview() },
]

/** Puts a question's settings into the view; everything it does not name goes back to its default. */
export function applyPreset(n: string): void {
  const preset = presets.find((p) => String(p.n) === n)
  if (!preset) { view.preset = ''; return }
  const { profile, minutes, service, kind, status, level, mode, group, year, day, time, sameCounty, find, rule, tab } = defaults
  Object.assign(view, { profile, minutes, service, kind, status, level, mode, group, year, day, time, sameCounty, find, rule, tab, ...preset.set, preset: n })
  Object.assign(question, preset.ask ?? {})
}
