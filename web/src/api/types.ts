import type { FeatureCollection, LineString } from 'geojson'

/** What produced a figure: shown behind every number. */
export interface Run {
  id: string
  at: string
  profile: string
  limit_ms: number
  standard: string
  data_digest: string
  roads_digest: string
  program: string
  synthetic: boolean
}

export interface Term { code: string; zh: string; en: string }

export interface Project {
  name: string
  synthetic: boolean
  data_date: string | null
  bounds: [number, number, number, number] | null
  /** what a map opens with: the bounds without places that lie far from all others; how many those are */
  view?: [number, number, number, number] | null
  far?: number
  counts: Record<string, number | null>
  profiles: { name: string; title_zh: string; title_en: string }[]
  vocabularies: Record<string, Term[]>
  map: { use: string; approval_no: string; source: string; basemap: Basemap | null }
  version: string
  languages: string[]
  years: number[]
  editable: boolean
  user: { name: string; role: string } | null
}

export interface Basemap { name?: string; tiles: string[]; labels?: string[]; attribution: string }

export interface Unit {
  code: string
  name: string
  name_en: string
  name_ug: string
  level: number
  kind: string
  parent: string
  statutory: boolean
  people: number | null
  settlements: number
  label?: [number, number] | null
}

/** Settlements as columns: element i of every column belongs to the same settlement. */
export interface Settlements {
  id: string[]
  name: string[]
  code: string[]
  lon: number[]
  lat: number[]
  people: (number | null)[]
  groups: Record<string, (number | null)[]>
}

export interface Host {
  id: string
  kind: string
  name: string
  code: string
  lon: number
  lat: number
  address?: string
  quality?: string
  candidate?: boolean
  set_up_cost?: number | null
}

export interface Point {
  id: string
  host_id: string
  name: string
  tier: string
  level: string
  status: string
  lon: number
  lat: number
  code: string
  planned_on?: string
  opened_on?: string
  accepted_on?: string
  closed_on?: string
  staff_full?: number | null
  staff_part?: number | null
  bilingual?: boolean | null
  street_front?: boolean | null
  ground_floor?: boolean | null
  accessible?: boolean | null
  opening_hours?: string
  host_kind?: string
}

export interface Totals {
  settlements: number
  settlements_covered: number
  settlements_uncovered: number
  settlements_unknown: number
  settlements_share: number | null
  people: number | null
  people_covered: number | null
  people_uncovered: number | null
  people_unknown: number | null
  people_share: number | null
  points_counted: number
  points_level_unknown: number
  built: number | null
  should_be_built: number | null
  built_share: number | null
}

export interface AreaRow {
  admin_code: string
  name: string
  level: number
  people: number | null
  people_covered: number | null
  people_unknown: number | null
  people_share: number | null
  settlements: number
  settlements_covered: number
  settlements_unknown: number
  settlements_share: number | null
  built: number | null
  should_be_built: number | null
  built_share: number | null
}

export interface Coverage {
  run: Run
  totals: Totals
  areas: AreaRow[]
  gaps: GapRow[]
}

export interface GapRow {
  id: string
  name: string
  code: string
  people: number | null
  ms: number | null
  status: string
  reason: string
  nearest: { id: string; name: string; ms: number } | null
}

/** Travel times of every settlement, good for any limit up to limit_ms. */
export interface Times {
  run: Run
  limit_ms: number
  facility_ids: string[]
  settlement: {
    id: string[]
    ms: (number | null)[]
    facility: (number | null)[]
    snap_m: (number | null)[]
    reason: string[]
  }
}

export interface Edit {
  op: string
  point_id?: string
  host_id?: string
  name?: string
  tier?: string
  level?: string
  year?: number
  lon?: number
  lat?: number
  minutes?: number
  way_id?: number
  line?: [number, number][]
  speed_kmh?: number
  class?: string
}

export interface Change { id: string; people: number | null; ms: number | null }

export interface WhatIf {
  run: Run
  totals_before: Totals
  totals_after: Totals
  gained: Change[]
  lost: Change[]
  changed: { id: string; ms: number | null }[]
  circle: FeatureCollection | null
}

export interface Site {
  rank: number
  host_id: string
  name: string
  kind: string
  lon: number
  lat: number
  code: string
  people_gained: number
  settlements_gained: number
  people_cumulative: number
  people_share_cumulative: number | null
  year?: number | null
  runner_up: { host_id: string; name: string; people_gained: number; cost?: number | null } | null
}

export interface CurvePoint { n: number; people: number; settlements: number; people_share: number | null }

export interface Suggestions {
  run: Run
  sites: Site[]
  objective: number
  bound: number | null
  gap: number | null
  status: string
  stop_reason: string
  seconds: number
  unreachable: { settlements: number; people: number | null; ids: string[] }
  curve: CurvePoint[]
  totals_before: Totals
  totals_after: Totals
  sensitivity: { speed: number; people: number }[] | null
  conflicts?: { zh: string; en: string }[]
}

export interface Job<R = unknown> {
  id: string
  kind: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  progress: { done: number; total: number; phase: string; best?: number | null; bound?: number | null } | null
  question?: { cover?: number }
  created: string
  started?: string | null
  ended?: string | null
  result?: R
  error?: unknown
}

export interface Scenario { id: string; name: string; base: string; note: string; edits: Edit[]; created_at?: string }

export interface Comparison {
  run?: Run
  a: Totals
  b: Totals
  gained: Change[]
  lost: Change[]
  unchanged: unknown
  units?: { code: string; name: string; gained_people: number; lost_people: number }[]
}

export interface Nearest {
  service?: string
  point: { id: string; name: string; tier: string; level: string; lon: number; lat: number }
  ms: number
  path: LineString | null
}

export interface Explanation {
  run?: Run
  settlement: { id: string; name: string; code: string; lon: number; lat: number; people: number | null }
  status: string
  reason: string
  ms?: number | null
  nearest: Nearest[]
  sentences: string[]
}

export interface Dossier {
  run?: Run
  host: Host
  totals_before?: Totals
  totals_after?: Totals
  gained?: Change[]
  circle?: FeatureCollection | null
  sentences: string[]
  [extra: string]: unknown
}

export interface Indicator {
  id: string
  indicator: string
  title_zh: string
  title_en: string
  unit: string
  unit_name: string
  year: number
  op: string
  target: number
  value: number | null
  num: number | null
  den: number | null
  done: boolean | null
  to_do: number | null
  pace_needed: number | null
  clause: string
}

export interface LogEntry { at: string; user: string; what: string; id?: string; before: unknown; after: unknown }

export interface ImportPreview {
  columns: string[]
  mapping: Record<string, string>
  fields?: { name: string; zh: string; en: string }[]
  crs_scores: { crs: string; score: number }[]
  crs?: string
  sample?: FeatureCollection | Record<string, FeatureCollection>
  samples?: Record<string, FeatureCollection>
  rows?: Record<string, unknown>[]
  quality: Quality
  difference?: { added: number; changed: number; absent: number; removed: number; unchanged?: number }
}

export interface Quality {
  read: number
  accepted: number
  repaired: number
  refused: number
  problems: { row: number; field: string; problem: string; repair: string; refused?: boolean }[]
}

export interface ImportEntry { id: string; at: string; user: string; kind: string; file: string; quality?: Quality; undone?: boolean; [k: string]: unknown }
