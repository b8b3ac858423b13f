import { get } from '../api/client'
import { follow } from './resource'
import { revision } from './store'

/** One need of a composite circle: any of some services at a point of some kind within a limit. */
export interface Need { title: string; services: string[]; tiers: string[]; host_kinds: string[]; min_level: string; modes: string[]; profile: string; minutes: number; rural_minutes: number | null }
/** A composite circle: inside is who has all of its needs met, or at least some of them. */
export interface Rule { id: string; name_zh: string; name_en: string; version: number; preset: boolean; valid_from: string; clause: string; at_least: number; needs: Need[] }

export const rules = follow<Rule[]>(() => `rules#${revision.value}`, (_, signal) => get('/standards', undefined, signal))
