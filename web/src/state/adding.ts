import { shallowRef } from 'vue'
import type { Hit } from '../map/hit'

/** What the next click on the map does instead of selecting: it gives a place to whoever asked for one. */
export const picker = shallowRef<{ purpose: string; take: (lon: number, lat: number, hit: Hit | null) => void } | null>(null)
