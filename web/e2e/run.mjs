// End-to-end journeys in headless Chromium. Against the program and its demonstration county by default, against BASE_URL when that is
// set, against the fixture county with --fixture. `--only WORD` runs the journeys whose name holds the word.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from './browser.mjs'
import { journeys } from './journeys.mjs'
import { pictures, served as place } from './served.mjs'

const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : ''

async function run() {
  mkdirSync(pictures, { recursive: true })
  const served = await place(args)
  const browser = await launch()
  const failures = []
  try {
    for (const [name, journey] of Object.entries(journeys)) {
      if (only && !name.includes(only)) continue
      const began = Date.now()
      try {
        await journey({ browser, origin: served.origin, picture: (file) => join(pictures, `${file}.png`), fixture: args.includes('--fixture') })
        console.log(`ok    ${name} (${Date.now() - began} ms)`)
      } catch (error) {
        failures.push(name)
        console.log(`FAIL  ${name} (${Date.now() - began} ms)\n${String(error.stack ?? error).split('\n').slice(0, 12).join('\n')}`)
      }
    }
  } finally {
    await browser.close()
    served.stop()
  }
  console.log(failures.length ? `${failures.length} journeys failed: ${failures.join(', ')}` : 'all journeys passed')
  process.exitCode = failures.length ? 1 : 0
}

await run()
