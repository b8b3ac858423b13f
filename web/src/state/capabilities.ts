import { computed } from 'vue'
import { ApiProblem } from '../api/client'
import { follow } from './resource'

interface Parameter { name: string; schema?: { enum?: string[] } }
interface Document { paths?: Record<string, Record<string, { summary?: string; description?: string; parameters?: Parameter[] }>> }

/** The API's own description: what this server can do. */
export const description = follow<Document>(() => 'openapi', async (_, signal) => {
  const answer = await fetch('/api/openapi.json', { signal }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error
    throw new ApiProblem(0, 'offline', 'offline', '')
  })
  if (!answer.ok) throw new ApiProblem(answer.status, String(answer.status), answer.statusText, '')
  return (await answer.json()) as Document
})

/** True when the server documents a path of the API. */
export function can(path: string): boolean { return description.data?.paths?.[path] !== undefined }

/** The values that a parameter of a documented GET route may take, none when that is not told. */
export function choices(path: string, parameter: string): string[] {
  return description.data?.paths?.[path]?.get?.parameters?.find((p) => p.name === parameter)?.schema?.enum ?? []
}

/** Every route that is documented. */
export const operations = computed(() => Object.entries(description.data?.paths ?? {}).flatMap(([path, methods]) => Object.entries(methods)
  .filter(([method]) => /^(get|post|put|delete|patch)$/.test(method))
  .map(([method, o]) => ({ path, method: method.toUpperCase(), summary: o.summary ?? o.description ?? '' }))))
