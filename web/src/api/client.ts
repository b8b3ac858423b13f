/** A refusal by the server, told by its problem document (RFC 9457), or "offline" when there was no answer at all. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly detail: string,
    readonly fields: { field: string; problem: string }[] = [],
  ) {
    super(title)
  }
  get offline(): boolean { return this.code === 'offline' }
}

export const base = '/api/v1'
let language = 'zh-CN'

/** Sets the language in which the server words its problem documents and titles. */
export function speak(lang: string): void { language = lang }

export interface Reply<T> { body: T; etag: string | null }

export interface Ask {
  method?: string
  query?: URLSearchParams | Record<string, string | number | undefined>
  json?: unknown
  form?: FormData
  signal?: AbortSignal
  etag?: string | null
}

/** Builds the address of an API path, leaving out empty parameters. */
export function address(path: string, query?: Ask['query']): string {
  const params = new URLSearchParams()
  const pairs = query instanceof URLSearchParams ? [...query] : Object.entries(query ?? {})
  for (const [key, value] of pairs) if (value !== undefined && value !== '') params.append(key, String(value))
  const text = params.toString()
  return `${base}${path}${text ? `?${text}` : ''}`
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => '')
  try {
    const body = JSON.parse(text) as Record<string, unknown>
    return new ApiProblem(
      response.status, String(body.code ?? response.status), String(body.title ?? response.statusText),
      String(body.detail ?? ''), (body.fields as { field: string; problem: string }[]) ?? [],
    )
  } catch {
    return new ApiProblem(response.status, String(response.status), response.statusText || String(response.status), text.slice(0, 300))
  }
}

/** Asks the server and returns the answer with its entity tag; throws {@link ApiProblem}. */
export async function ask<T>(path: string, options: Ask = {}): Promise<Reply<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language }
  let body: BodyInit | undefined = options.form
  if (options.json !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(options.json)
  }
  if (options.etag) headers['If-Match'] = options.etag
  let response: Response
  try {
    response = await fetch(address(path, options.query), { method: options.method ?? 'GET', headers, body, signal: options.signal })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new ApiProblem(0, 'offline', 'offline', String(error))
  }
  if (!response.ok) throw await problemOf(response)
  const answer = response.status === 204 ? undefined : await response.json()
  return { body: answer as T, etag: response.headers.get('ETag') }
}

/** Asks for a body alone. */
export async function get<T>(path: string, query?: Ask['query'], signal?: AbortSignal): Promise<T> {
  return (await ask<T>(path, { query, signal })).body
}
