import { reactive, shallowRef, watch } from 'vue'
import { ApiProblem, ask } from '../api/client'
import type { Edit, Job, Site, Suggestions } from '../api/types'
import { finished, jobs, keep } from './jobs'
import { coverageFields } from './query'
import { view } from './view'

/** What the planner asks for: a number of sites, a share to reach, or money. */
export const question = reactive({ goal: 'sites' as 'sites' | 'cover' | 'budget', sites: 10, cover: 80, budget: 500000, candidates: 'posts', tier: 'post_desk' })
export const suggestions = shallowRef<Suggestions | null>(null)
export const siting = reactive({ problem: null as ApiProblem | null, starting: false })

export async function suggest(): Promise<void> {
  siting.problem = null
  siting.starting = true
  const goal = question.goal === 'sites' ? { sites: question.sites }
    : question.goal === 'cover' ? { cover: question.cover / 100 } : { budget: question.budget }
  try {
    const { body } = await ask<{ job: Job | string }>('/suggestions', { method: 'POST', json: { ...coverageFields(view), ...goal, candidates: question.candidates } })
    suggestions.value = null
    if (typeof body.job !== 'string') keep(body.job)
    view.job = typeof body.job === 'string' ? body.job : body.job.id
  } catch (error) {
    siting.problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'page', String(error), '')
  } finally {
    siting.starting = false
  }
}

/** The job whose answer is looked at survives a reload: its id is in the address. */
watch(() => view.job, async (id) => {
  suggestions.value = null
  if (!id) return
  try {
    const job = await finished<Suggestions>(id)
    if (view.job !== id) return
    if (job.state === 'done' || job.result) suggestions.value = job.result ?? (await ask<Job<Suggestions>>(`/jobs/${encodeURIComponent(id)}`)).body.result ?? null
    else if (job.state === 'failed') siting.problem = problemOfJob(job)
  } catch (error) {
    siting.problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'page', String(error), '')
  }
}, { immediate: true })

export function problemOfJob(job: Job): ApiProblem {
  const error = job.error as { title?: string; detail?: string } | string | undefined
  if (typeof error === 'string') return new ApiProblem(0, 'job', error, '')
  return new ApiProblem(0, 'job', error?.title ?? job.state, error?.detail ?? '')
}

export function currentJob(): Job | undefined { return jobs.get(view.job) }

/** The edits that set up the first n sites of a proposal. */
export function editsOf(sites: Site[], n: number): Edit[] {
  return sites.slice(0, n).map((site) => {
    const edit: Edit = { op: 'add_point', host_id: site.host_id, name: site.name, tier: question.tier, level: 'duty', lon: site.lon, lat: site.lat }
    if (site.year) edit.year = site.year
    return edit
  })
}
