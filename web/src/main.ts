import { createApp, watch } from 'vue'
import App from './App.vue'
import './app.css'
import './screens.css'
import { languages, useLanguage } from './i18n'
import { followAddress, view } from './state/view'
import { exposeState } from './state/expose'

if (!location.search.includes('lang=')) {
  const wished = navigator.languages.map((l) => languages.find((x) => l.toLowerCase().startsWith(x.code.toLowerCase().slice(0, 2))))
  view.lang = wished.find((l) => l !== undefined)?.code ?? 'zh-CN'
}
await useLanguage(view.lang)
watch(() => view.lang, useLanguage)
followAddress()
exposeState()
createApp(App).mount('#app')
