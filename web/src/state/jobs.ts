import { computed, reactive } from 'vue'
import { ask, base, get } from '../api/client'
import type { Job } from '../api/types'

/** Long work known to this page, by id. The server keeps it: closing the browser loses nothing. */
export const jobs = reactive(new Map<string, Job>())
export const running = computed(() => [...jobs.values()].filter((j) => !ended(j)))
const followed = new Set<string>()
const waiting = new Map<string, ((job: Job) => void)[]>()

export function ended(job: Job): boolean { return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled' }

/** Reads the jobs that the server knows and follows those still running. */
export async function loadJobs(): Promise<void> {
  for (const job of await get<Job[]>('/jobs')) keep(job)
}

/** Remembers a job that was just started and follows it to its end. */
export function keep(job: Job): void {
  jobs.set(job.id, { ...jobs.get(job.id), ...job })
  if (ended(job)) settle(job)
  else watchJob(job.id)
}

/** The job once it has ended, with its result. */
export function finished<R>(id: string): Promise<Job<R>> {
  const known = jobs.get(id)
  if (known && ended(known)) return get<Job<R>>(`/jobs/${encodeURIComponent(id)}`)
  return new Promise((resolve) => {
    waiting.set(id, [...(waiting.get(id) ?? []), (job) => resolve(job as Job<R>)])
    watchJob(id)
  })
}

export async function cancel(id: string): Promise<void> {
  await ask(`/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' })
  await poll(id)
}

function settle(job: Job): void {
  for (const resolve of waiting.get(job.id) ?? []) resolve(job)
  waiting.delete(job.id)
}

async function poll(id: string): Promise<void> {
  const job = await get<Job>(`/jobs/${encodeURIComponent(id)}`)
  jobs.set(id, job)
  if (ended(job)) settle(job)
}

function watchJob(id: string): void {
  if (followed.has(id)) return
  followed.add(id)
  const events = new EventSource(`${base}/jobs/${encodeURIComponent(id)}/events`)
  const stop = () => { events.close(); followed.delete(id) }
  events.addEventListener('progress', (event) => jobs.set(id, { ...jobs.get(id), ...(JSON.parse(event.data) as Job) }))
  for (const name of ['done', 'failed', 'cancelled']) {
    events.addEventListener(name, () => { stop(); void poll(id).catch(() => undefined) })
  }
  events.onerror = () => {
    stop()
    setTimeout(() => {
      poll(id).then(() => { const job = jobs.get(id); if (job && !ended(job)) watchJob(id) }).catch(() => watchJob(id))
    }, 1500)
  }
}
