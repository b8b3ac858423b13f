import { shallowRef } from 'vue'
import type { Hit } from '../map/hit'
import type { RoadHit } from './sketch'

/** What the next click on the map does instead of selecting: it gives a place to whoever asked for one. */
export const picker = shallowRef<{ purpose: string; take: (lon: number, lat: number, hit: Hit | null, road: RoadHit | null) => void } | null>(null)
