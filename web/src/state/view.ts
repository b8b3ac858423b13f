import { reactive, watch } from 'vue'
import type { Edit } from '../api/types'

/** Screens of the workspace, in the order of the navigation. */
export const screens = ['overview', 'siting', 'compare', 'points', 'indicators', 'people', 'quality', 'import', 'report', 'api'] as const
export type Screen = (typeof screens)[number]

/** Everything that the address of the page holds: what is asked and what is looked at. */
export interface View {
  screen: Screen
  lang: string
  profile: string
  minutes: number
  service: string
  kind: string
  status: string
  level: string
  mode: string
  group: string
  year: number
  day: string
  time: string
  sameCounty: boolean
  unit: string
  scenario: string
  compare: string
  compareMode: 'swipe' | 'side' | 'difference'
  select: string
  colour: 'verdict' | 'minutes'
  hide: string[]
  edits: Edit[]
  job: string
  camera: string
  find: string
  preset: string
  /** part of a screen that has several */
  tab: string
  /** composite circle that is asked instead of one limit */
  rule: string
  /** layers of the map that are not there by default */
  show: string[]
  plain: boolean
}

/** What is asked and looked at unless the address says otherwise; conditions equal the defaults of the API, so that a control never shows what is not counted. */
export const defaults: Readonly<View> = Object.freeze({
  screen: 'overview', lang: 'zh-CN', profile: 'walk', minutes: 10, service: '', kind: '', status: '', level: 'duty', mode: '', group: '',
  year: 0, day: '', time: '', sameCounty: false, unit: '', scenario: '', compare: '', compareMode: 'swipe', select: '', colour: 'verdict',
  hide: [], edits: [], job: '', camera: '', find: '', preset: '', tab: '', rule: '', show: [], plain: false,
})

/** Short names of the parameters in the address; those of the API keep the API's names. */
const names: Record<keyof View, string> = {
  screen: 's', lang: 'lang', profile: 'profile', minutes: 'minutes', service: 'service', kind: 'kind', status: 'status', level: 'level',
  mode: 'mode', group: 'group', year: 'year', day: 'weekday', time: 'time', sameCounty: 'same_county', unit: 'unit', scenario: 'scenario',
  compare: 'with', compareMode: 'cm', select: 'sel', colour: 'colour', hide: 'hide', edits: 'edits', job: 'job', camera: 'at', find: 'find',
  preset: 'q', tab: 'tab', rule: 'rule', show: 'show', plain: 'view',
}

function encode(key: keyof View, value: View[keyof View]): string {
  if (key === 'plain') return value ? 'static' : ''
  if (key === 'edits') return JSON.stringify(value)
  if (Array.isArray(value)) return value.join('.')
  return typeof value === 'boolean' ? (value ? '1' : '') : String(value)
}

function decode(key: keyof View, text: string): unknown {
  const fallback = defaults[key]
  if (key === 'plain') return text === 'static'
  if (key === 'edits') {
    const edits: unknown = JSON.parse(text)
    return Array.isArray(edits) ? edits.filter((e) => typeof e === 'object' && e !== null && typeof e.op === 'string') : []
  }
  if (key === 'screen') return (screens as readonly string[]).includes(text) ? text : fallback
  if (key === 'compareMode') return ['swipe', 'side', 'difference'].includes(text) ? text : fallback
  if (key === 'colour') return text === 'minutes' ? 'minutes' : 'verdict'
  if (Array.isArray(fallback)) return text.split('.').filter(Boolean)
  if (typeof fallback === 'boolean') return text === '1'
  if (typeof fallback === 'number') return Number.isFinite(Number(text)) ? Number(text) : fallback
  return text || fallback
}

/** Writes a view as the query of an address; what equals the default is left out. */
export function toQuery(view: View): string {
  const params = new URLSearchParams()
  for (const key of Object.keys(names) as (keyof View)[]) {
    const text = encode(key, view[key])
    if (text !== encode(key, defaults[key])) params.set(names[key], text)
  }
  return params.toString()
}

/** Reads a view from the query of an address; what is absent or unreadable keeps its default. */
export function fromQuery(query: string): View {
  const params = new URLSearchParams(query)
  const view: Record<string, unknown> = { ...defaults, hide: [], edits: [], show: [] }
  for (const key of Object.keys(names) as (keyof View)[]) {
    const text = params.get(names[key])
    if (text === null) continue
    try {
      view[key] = decode(key, text)
    } catch {
      // an unreadable parameter keeps its default
    }
  }
  view.minutes = Math.min(60, Math.max(1, view.minutes as number))
  return view as unknown as View
}

export const view: View = reactive(fromQuery(globalThis.location?.search ?? ''))

/** Keeps the address in step with the view: a new history entry per screen, otherwise the entry is replaced. */
export function followAddress(): void {
  let screen = view.screen
  let later: ReturnType<typeof setTimeout> | undefined
  const write = () => {
    const query = toQuery(view)
    const url = `${location.pathname}${query ? `?${query}` : ''}`
    if (view.screen !== screen) history.pushState(null, '', url)
    else history.replaceState(null, '', url)
    screen = view.screen
  }
  // browsers refuse more than a few hundred changes of the address in half a minute: a slider's steps are gathered
  watch(() => toQuery(view), () => {
    clearTimeout(later)
    if (view.screen !== screen) write()
    else later = setTimeout(write, 200)
  }, { flush: 'post' })
  addEventListener('pagehide', () => { clearTimeout(later); write() })
  addEventListener('popstate', () => {
    const next = fromQuery(location.search)
    screen = next.screen
    Object.assign(view, next)
  })
}
