import { IntlMessageFormat } from 'intl-messageformat'
import { computed, ref } from 'vue'
import { speak } from '../api/client'
import type { Term } from '../api/types'
import source from './zh-CN.json'

export type Key = keyof typeof source
type Values = Record<string, string | number | null | undefined>

export const languages = [
  { code: 'zh-CN', name: '中文', dir: 'ltr' },
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'ug', name: 'ئۇيغۇرچە', dir: 'rtl' },
] as const

const messages = ref<Record<string, string | null>>(source)
export const locale = ref<string>('zh-CN')
export const direction = computed<'ltr' | 'rtl'>(() => (locale.value === 'ug' ? 'rtl' : 'ltr'))
/** True while the language shown still waits for its translator. */
export const draft = computed(() => locale.value === 'ug')

/** Loads a language and shows the page in it. */
export async function useLanguage(code: string): Promise<void> {
  const language = languages.find((l) => l.code === code) ?? languages[0]
  if (language.code === 'en') messages.value = (await import('./en.json')).default
  else if (language.code === 'ug') messages.value = (await import('./ug.json')).default
  else messages.value = source
  locale.value = language.code
  speak(language.code)
  document.documentElement.lang = language.code
  document.documentElement.dir = language.dir
}

const compiled = new Map<string, IntlMessageFormat>()

/** The message of a key in the language shown; Chinese where a draft language has none yet. */
export function t(key: Key, values?: Values): string {
  const own = messages.value[key]
  const text = own ?? source[key] ?? key
  if (!text.includes('{') && !text.includes("'")) return text
  const language = own == null ? 'zh-CN' : locale.value
  const id = `${language} ${key}`
  let format = compiled.get(id)
  if (!format) compiled.set(id, (format = new IntlMessageFormat(text, language, undefined, { ignoreTag: true })))
  return String(format.format(values))
}

/** True when a key made at run time has a message. */
export function has(key: string): key is Key { return key in source }

/** The name of a code of a vocabulary in the language shown. */
export function nameOf(terms: Term[] | undefined, code: string | undefined): string {
  if (!code) return ''
  const term = terms?.find((x) => x.code === code)
  return term ? (locale.value === 'en' ? term.en : term.zh) : code
}

/** Numerals stay Western and left to right in every language. */
function numberLocale(): string { return locale.value === 'en' ? 'en-GB' : 'zh-CN' }

/** A count in full, or a dash when there is no answer. */
export function count(n: number | null | undefined): string {
  return n == null ? '—' : new Intl.NumberFormat(numberLocale()).format(n)
}

/** A signed count, for gains and losses. */
export function signed(n: number | null | undefined): string {
  return n == null ? '—' : `${n > 0 ? '+' : n < 0 ? '−' : ''}${count(Math.abs(n))}`
}

/** People in short: in 万 above ten thousand in Chinese, in full elsewhere. */
export function people(n: number | null | undefined): string {
  if (n == null) return '—'
  if (locale.value !== 'zh-CN' || Math.abs(n) < 10000) return count(n)
  return `${(n / 10000).toFixed(1)}万`
}

/** A share of 1 as a percentage with one decimal, or a dash. Never rounds an incomplete share up to 100 %. */
export function percent(share: number | null | undefined): string {
  if (share == null) return '—'
  let tenths = Math.round(share * 1000)
  if (tenths === 1000 && share < 1) tenths = 999
  if (tenths === 0 && share > 0) tenths = 1
  return `${(tenths / 10).toFixed(1)}%`
}

/** Milliseconds as minutes with one decimal, never rounded down across a limit of whole minutes. */
export function minutes(ms: number | null | undefined): string {
  return ms == null ? '—' : (Math.ceil(ms / 6000) / 10).toFixed(1)
}

export function seconds(ms: number): string { return (ms / 1000).toFixed(1) }

/** A date with the precision it has; times of day in the reader's own zone. */
export function moment(text: string | null | undefined): string {
  if (!text) return '—'
  if (!text.includes('T')) return text
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? text : new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(at)
}
