import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { readFileSync } from 'node:fs'

type Messages = Record<string, string | null>

function messagesOf(language: string): Messages {
  return JSON.parse(readFileSync(new URL(`./src/i18n/${language}.json`, import.meta.url), 'utf8')) as Messages
}

function argumentsOf(elements: MessageFormatElement[], into = new Set<string>()): Set<string> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue
    if (element.type !== TYPE.tag) into.add(element.value)
    if (element.type === TYPE.tag) argumentsOf(element.children, into)
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) argumentsOf(option.value, into)
    }
  }
  return into
}

function argumentList(message: string): string {
  return [...argumentsOf(parse(message))].sort().join(', ')
}

/**
 * Lists what is wrong with the languages against the Chinese source: a missing or surplus key, an ICU error, other arguments.
 * English and Uyghur must be complete; Uyghur is a draft until a translator has reviewed it, which the page says.
 */
export function problemsInMessages(): string[] {
  const source = messagesOf('zh-CN')
  const problems: string[] = []
  for (const language of ['en', 'ug']) {
    const messages = messagesOf(language)
    for (const key of Object.keys(messages)) if (!(key in source)) problems.push(`${language}: ${key} is not in zh-CN`)
    for (const [key, original] of Object.entries(source)) {
      if (!(key in messages)) problems.push(`${language}: ${key} is missing`)
      const message = messages[key]
      if (message == null) {
        if (key in messages) problems.push(`${language}: ${key} is empty`)
        continue
      }
      try {
        const want = argumentList(original ?? '')
        if (argumentList(message) !== want) problems.push(`${language}: ${key} must use the arguments ${want}`)
      } catch (error) {
        problems.push(`${language}: ${key}: ${String(error)}`)
      }
    }
  }
  return problems
}
