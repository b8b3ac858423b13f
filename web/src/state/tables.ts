import { ask, get } from '../api/client'
import type { Term } from '../api/types'
import { locale } from '../i18n'
import { follow } from './resource'
import { hostById, pointById, project, refresh, revision, unitByCode } from './store'

/** How a table of the project is made; enough to draw a list and a form for any of them. */
export interface TableColumn { name: string; title_zh: string; title_en: string; kind: 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'list'; required: boolean; key: boolean; refers: string; codes: Term[]; open: boolean }
export interface TableSchema { name: string; title_zh: string; title_en: string; own_id: string; rows: number; columns: TableColumn[] }
export type Value = string | number | boolean | string[] | null
export type Record = { id: string } & { [column: string]: Value }

export const schemas = follow<TableSchema[]>(() => `tables#${revision.value}`, (_, signal) => get('/tables', undefined, signal))
export const recordsOf = (name: () => string) => follow<Record[]>(() => `${name()}#${revision.value}`, (key, signal) => get(`/tables/${key.split('#')[0]}`, undefined, signal))

const path = (table: string, id: string) => `/tables/${table}/${encodeURIComponent(id)}`

/** A row as it is stored now, with the tag that a change of it must show. */
export function readRecord(table: string, id: string): Promise<{ body: Record; etag: string | null }> { return ask<Record>(path(table, id)) }

/** Writes a row: a new one without a tag, a changed one with that of the row read. */
export async function writeRecord(table: string, values: { [column: string]: Value }, known: { id: string; etag: string | null } | null): Promise<Record> {
  const { body } = await ask<Record>(known ? path(table, known.id) : `/tables/${table}`, { method: known ? 'PUT' : 'POST', json: values, etag: known?.etag })
  refresh()
  return body
}

export async function removeRecord(table: string, id: string): Promise<void> {
  const { etag } = await readRecord(table, id)
  await ask(path(table, id), { method: 'DELETE', etag })
  refresh()
}

export const titleOf = (x: { title_zh: string; title_en: string }) => (locale.value === 'en' ? x.title_en : x.title_zh) || x.title_zh

/** A value as people read it: codes and references by their names. */
export function told(column: TableColumn, value: Value | undefined, yes: string, no: string): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? yes : no
  const one = (v: string) => {
    const term = column.codes.find((c) => c.code === v) ?? (column.name === 'kind' ? project.data?.vocabularies.host_kind?.find((c) => c.code === v) : undefined)
    if (term) return locale.value === 'en' ? term.en : term.zh
    return unitByCode.value.get(v)?.name ?? hostById.value.get(v)?.name ?? pointById.value.get(v)?.name ?? v
  }
  return Array.isArray(value) ? value.map(one).join('、') : typeof value === 'string' ? one(value) : String(value)
}
