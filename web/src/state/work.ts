import { reactive } from 'vue'
import { ApiProblem, ask } from '../api/client'
import type { Job } from '../api/types'
import { ended, finished, jobs, keep } from './jobs'
import { problemOfJob } from './siting'

/** Long work that is asked for with a form: its job, then its result or why there is none. */
export interface Work<R> { job: string; busy: boolean; result: R | null; problem: ApiProblem | null; run: (body: unknown) => Promise<void> }

/** Prepares work behind a route that answers with a job. */
export function work<R>(path: string): Work<R> {
  const state: Work<R> = reactive({
    job: '', busy: false, result: null, problem: null,
    async run(body: unknown) {
      Object.assign(state, { busy: true, problem: null })
      try {
        const { body: { job } } = await ask<{ job: Job | string }>(path, { method: 'POST', json: body })
        const id = typeof job === 'string' ? job : job.id
        keep(jobs.get(id) ?? (typeof job === 'string' ? { id, kind: path.slice(1), state: 'queued', progress: null, created: new Date().toISOString() } : job))
        state.job = id
        const told = await finished<R>(id)
        if (state.job !== id) return
        if (told.state === 'done') state.result = told.result ?? null
        else state.problem = problemOfJob(told)
      } catch (error) {
        state.problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'page', String(error), '')
      } finally { state.busy = false }
    },
  }) as Work<R>
  return state
}

export const progressOf = (id: string) => { const job = jobs.get(id); return job && !ended(job) ? job.progress : null }
