import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemsInMessages } from '../i18n.check.ts'
import * as i18n from '../src/i18n'
import source from '../src/i18n/zh-CN.json'

const root = new URL('../src', import.meta.url).pathname
function sources(dir = root): string {
  return readdirSync(dir, { withFileTypes: true }).map((entry) => {
    const path = join(dir, entry.name)
    return entry.isDirectory() ? sources(path) : /\.(vue|ts)$/.test(entry.name) ? readFileSync(path, 'utf8') : ''
  }).join('\n')
}

describe('messages', () => {
  it('are complete in every language', () => expect(problemsInMessages()).toEqual([]))
  it('are all used', () => {
    const text = sources()
    const prefixes = [...text.matchAll(/[`'"]([\w.]+\.(?:q)?)\$\{/g)].map((m) => m[1]!)
    const unused = Object.keys(source).filter((key) => !text.includes(`'${key}'`) && !text.includes(`\`${key}\``) && !prefixes.some((p) => key.startsWith(p)))
    expect(unused).toEqual([])
  })
})

describe('numbers', () => {
  it('are told in 万 above ten thousand, in Chinese', () => {
    expect(i18n.people(312400)).toBe('31.2万')
    expect(i18n.people(9999)).toBe('9,999')
    expect(i18n.people(null)).toBe('—')
  })
  it('never round an incomplete share to the whole, nor a small one to nothing', () => {
    expect(i18n.percent(0.99999)).toBe('99.9%')
    expect(i18n.percent(1)).toBe('100.0%')
    expect(i18n.percent(0.00001)).toBe('0.1%')
    expect(i18n.percent(0)).toBe('0.0%')
    expect(i18n.percent(null)).toBe('—')
  })
  it('never show a time over the limit as the limit', () => {
    expect(i18n.minutes(600000)).toBe('10.0')
    expect(i18n.minutes(600001)).toBe('10.1')
    expect(i18n.minutes(null)).toBe('—')
  })
})
