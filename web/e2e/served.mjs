// The program under test: a server over a fresh project, the fixture county, or one that runs already (BASE_URL).
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const pictures = fileURLToPath(new URL('../test-results/', import.meta.url))

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Runs a program to its end. */
export function command(program, list) {
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

/** Serves a fresh copy of the demonstration county by the real program; `prepare` may add to it first. */
export async function program(prepare = async () => {}) {
  const binary = process.env.LAWCIRCLE ?? join(root, 'bin/lawcircle')
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make build" first, or use --fixture`)
  mkdirSync(pictures, { recursive: true })
  const dir = mkdtempSync(join(tmpdir(), 'lawcircle-e2e-'))
  const project = join(dir, 'demo.gpkg')
  await command(binary, ['demo', '-o', project])
  await prepare({ binary, project, dir })
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

/** What the journeys run against. */
export function served(args) {
  if (process.env.BASE_URL) return { origin: process.env.BASE_URL.replace(/\/$/, ''), stop: () => {} }
  return args.includes('--fixture') ? fixture() : program()
}
