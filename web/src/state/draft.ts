import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { ApiProblem, ask } from '../api/client'
import type { Edit, Scenario, WhatIf } from '../api/types'
import { t } from '../i18n'
import { coverageFields, coverageQuery } from './query'
import { hostById, pointById, refresh, revision } from './store'
import { view } from './view'

/** An edit still in the hand: the point being dragged or typed, not yet part of the draft. */
export const inHand = shallowRef<Edit | null>(null)
export const result = shallowRef<WhatIf | null>(null)
export const draftState = reactive({ busy: false, problem: null as ApiProblem | null, undone: [] as Edit[] })
/** Answers per second seen while dragging, for the tests. */
export const answered = ref(0)
/** Circles of a draft that the map has drawn, for the tests. */
export const circlesDrawn = ref(0)

export const allEdits = computed<Edit[]>(() => (inHand.value ? [...view.edits, inHand.value] : view.edits))

/** +1 gained, −1 lost, by settlement. */
export const changes = computed<Map<string, 1 | -1> | null>(() => {
  if (!result.value || allEdits.value.length === 0) return null
  const map = new Map<string, 1 | -1>()
  for (const row of result.value.gained) map.set(row.id, 1)
  for (const row of result.value.lost) map.set(row.id, -1)
  return map
})

export function sum(rows: { people: number | null }[]): number { return rows.reduce((n, row) => n + (row.people ?? 0), 0) }

/** What is asked now, what the figures shown answer, and what the circle shown answers. */
const wanted = computed(() => JSON.stringify([allEdits.value, coverageQuery(view).toString(), revision.value]))
let figuresOf = ''
let circleOf = ''
let open = false
let circleAgain = 0 // not before this time while the hand moves

/**
 * Asks what the edits change until figures and circle answer what is wanted. One question is open at a time and the next one is always about
 * the latest place. Figures come many times faster than the circle: while the hand moves the circle gets two thirds of the time, so that the figures
 * follow the hand and the circle follows the figures; at rest both are those of the same place.
 */
async function followEdits(): Promise<void> {
  if (open) return
  open = true
  draftState.busy = true
  while (allEdits.value.length > 0 && circleOf !== wanted.value) {
    if (figuresOf === wanted.value && inHand.value) await untilMoved(circleAgain - performance.now())
    const began = performance.now()
    const circle = figuresOf === wanted.value || began >= circleAgain
    await askOnce(wanted.value, circle)
    if (circle) circleAgain = performance.now() + (performance.now() - began) / 2
  }
  if (allEdits.value.length === 0) { result.value = null; draftState.problem = null; figuresOf = circleOf = '' }
  open = false
  draftState.busy = false
}

/** Waits for a change of what is wanted, at most some milliseconds: a hand that rests for a moment is not yet at rest. */
function untilMoved(ms: number): Promise<void> {
  if (ms <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); stop(); resolve() }
    const timer = setTimeout(done, ms)
    const stop = watch(wanted, done, { flush: 'sync' })
  })
}

async function askOnce(question: string, circle: boolean): Promise<void> {
  try {
    const { body } = await ask<WhatIf>('/what-if', { method: 'POST', json: { ...coverageFields(view), edits: allEdits.value, ...(circle ? { circle, circle_changed: true } : {}) } })
    result.value = circle ? body : { ...body, circle: result.value?.circle ?? null }
    draftState.problem = null
    figuresOf = question
    if (circle) circleOf = question
    answered.value++
  } catch (error) {
    draftState.problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'page', String(error), '')
    figuresOf = circleOf = question
  }
}

watch(wanted, () => void followEdits(), { immediate: true })

/** Asks again after a failure. */
export function askAgain(): void { figuresOf = circleOf = ''; void followEdits() }

/** Adds an edit; a second move of the same point replaces the first. */
export function apply(edit: Edit): void {
  inHand.value = null
  draftState.undone = []
  const same = (e: Edit) => e.op === 'move_point' && edit.op === 'move_point' && e.point_id === edit.point_id
  view.edits = [...view.edits.filter((e) => !same(e)), edit]
}

export function undo(): void {
  const last = view.edits.at(-1)
  if (!last) return
  inHand.value = null
  draftState.undone.push(last)
  view.edits = view.edits.slice(0, -1)
}

export function redo(): void {
  const edit = draftState.undone.pop()
  if (edit) view.edits = [...view.edits, edit]
}

export function clearDraft(): void { inHand.value = null; draftState.undone = []; view.edits = [] }

/** The name of what an edit touches. */
export function subject(edit: Edit): string {
  return edit.name || pointById.value.get(edit.point_id ?? '')?.name || hostById.value.get(edit.host_id ?? '')?.name
    || (edit.way_id !== undefined ? t('road.wayN', { n: edit.way_id }) : '') || (edit.line ? t('road.corners', { n: edit.line.length }) : '')
    || (edit.lon !== undefined ? `${edit.lon.toFixed(5)}, ${edit.lat?.toFixed(5)}` : edit.point_id ?? '')
}

/** Keeps edits as a scenario on top of the one looked at, and looks at it. */
export async function saveScenario(name: string, edits: Edit[], note = ''): Promise<Scenario> {
  const { body } = await ask<Scenario>('/scenarios', { method: 'POST', json: { name, base: view.scenario, edits, note } })
  refresh()
  return body
}
