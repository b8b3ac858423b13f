// End-to-end journeys in headless Chromium. Against the program and its demonstration county by default, against BASE_URL when that is
// set, against the fixture county with --fixture. `--only WORD` runs the journeys whose name holds the word.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from './browser.mjs'
import { journeys } from './journeys.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pictures = fileURLToPath(new URL('../test-results/', import.meta.url))
const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : ''

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

function command(program, list) {
  return new Promise((resolve, reject) => {
    spawn(program, list, { stdio: ['ignore', 'ignore', 'inherit'] }).on('error', reject)
      .on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${list.join(' ')} ended with ${code}`))))
  })
}

async function answers(url, tries = 240) {
  for (let i = 0; i < tries; i++) {
    if (await fetch(url).then((r) => r.ok, () => false)) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`${url} did not answer`)
}

/** Serves a fresh copy of the demonstration county by the real program. */
async function program() {
  const binary = process.env.LAWCIRCLE ?? join(root, 'bin/lawcircle')
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make build" first, or use --fixture`)
  const dir = mkdtempSync(join(tmpdir(), 'lawcircle-e2e-'))
  const project = join(dir, 'demo.gpkg')
  await command(binary, ['demo', '-o', project])
  const origin = `http://127.0.0.1:${await freePort()}`
  const log = openSync(join(pictures, 'server.log'), 'w')
  const child = spawn(binary, ['serve', '-p', project, '--addr', origin.slice(7)], { stdio: ['ignore', log, log] })
  const stop = () => { child.kill(); rmSync(dir, { recursive: true, force: true }) }
  await answers(`${origin}/healthz`).catch((error) => { stop(); throw error })
  return { origin, stop }
}

async function fixture() {
  const { serve } = await import('./fixture/main.mjs')
  const server = await serve(0)
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() }
}

async function place() {
  if (process.env.BASE_URL) return { origin: process.env.BASE_URL.replace(/\/$/, ''), stop: () => {} }
  return args.includes('--fixture') ? fixture() : program()
}

async function run() {
  mkdirSync(pictures, { recursive: true })
  const served = await place()
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
