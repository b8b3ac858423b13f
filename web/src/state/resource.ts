import { shallowReactive, watch } from 'vue'
import { ApiProblem } from '../api/client'

/** An answer of the server that follows what it was asked: the old answer stays, marked stale, until the new one arrives. */
export interface Resource<T> {
  data: T | null
  /** the question that `data` answers */
  key: string
  state: 'idle' | 'loading' | 'ready' | 'stale' | 'error'
  problem: ApiProblem | null
  reload: () => void
}

/**
 * Follows `key`: whenever it changes, the question is asked again (after `delay` ms of quiet) and a question still open is dropped.
 * A null key asks nothing and forgets the answer.
 */
export function follow<T>(key: () => string | null, fetcher: (key: string, signal: AbortSignal) => Promise<T>, delay = 0): Resource<T> {
  let abort: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const resource: Resource<T> = shallowReactive<Resource<T>>({ data: null, key: '', state: 'idle', problem: null, reload: () => start(key()) })

  async function load(question: string): Promise<void> {
    const mine = new AbortController()
    abort = mine
    try {
      const data = await fetcher(question, mine.signal)
      if (abort !== mine) return
      Object.assign(resource, { data, key: question, state: 'ready', problem: null })
    } catch (error) {
      if (abort !== mine || (error as Error).name === 'AbortError') return
      const problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'page', String(error), '')
      Object.assign(resource, { state: 'error', problem })
    }
  }

  function start(question: string | null): void {
    abort?.abort()
    abort = null
    clearTimeout(timer)
    if (question === null) {
      Object.assign(resource, { data: null, key: '', state: 'idle', problem: null })
      return
    }
    resource.state = resource.data === null ? 'loading' : 'stale'
    if (delay > 0 && resource.data !== null) timer = setTimeout(() => void load(question), delay)
    else void load(question)
  }

  watch(key, (question) => start(question), { immediate: true, flush: 'post' })
  return resource
}
