import { computed } from 'vue'
import { get } from '../api/client'
import type { Dossier, Explanation } from '../api/types'
import { coverageQuery } from './query'
import { follow } from './resource'
import { revision } from './store'
import { view } from './view'

/** The kind and id of what is selected; ids may hold colons. */
export const selected = computed(() => {
  const cut = view.select.indexOf(':')
  return cut < 0 ? { kind: '', id: '' } : { kind: view.select.slice(0, cut), id: view.select.slice(cut + 1) }
})

const question = (kind: string) => () => (selected.value.kind === kind ? `${selected.value.id}?${coverageQuery(view)}#${revision.value}` : null)
function split(key: string): { id: string; query: URLSearchParams } {
  const whole = key.slice(0, key.lastIndexOf('#'))
  const cut = whole.lastIndexOf('?')
  return { id: whole.slice(0, cut), query: new URLSearchParams(whole.slice(cut + 1)) }
}

/** Why the selected settlement is in the circle or not. */
export const explanation = follow<Explanation>(question('settlement'), (key, signal) => {
  const { id, query } = split(key)
  return get(`/explain/settlement/${encodeURIComponent(id)}`, query, signal)
}, 120)

/** What a service point in the selected host would bring. */
export const dossier = follow<Dossier>(question('host'), (key, signal) => {
  const { id, query } = split(key)
  return get(`/explain/site/${encodeURIComponent(id)}`, query, signal)
}, 120)
