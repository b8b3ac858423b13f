import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { problemsInMessages } from './i18n.check.ts'

/** Fails the build when a language lacks a message or an argument of one. */
function completeMessages(): Plugin {
  return {
    name: 'complete-messages',
    buildStart() {
      const problems = problemsInMessages()
      if (problems.length > 0) this.error(`messages are incomplete:\n  ${problems.join('\n  ')}`)
    },
  }
}

const backend = process.env.BACKEND ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), completeMessages()],
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 1200, assetsInlineLimit: 0, reportCompressedSize: false },
  server: { proxy: { '/api': backend, '/tiles': backend, '/ogc': backend, '/healthz': backend } },
})
