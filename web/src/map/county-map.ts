import * as maplibre from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { Basemap, Edit, Settlements } from '../api/types'
import { icons, pixelRatio } from './icons'
import type { Hit } from './hit'
import { settlementColour, style, wayIn, type LocalSource } from './style'
import type { RoadHit } from '../state/sketch'

maplibre.setWorkerUrl(workerUrl)

export interface MapOptions {
  container: HTMLElement
  bounds: [number, number, number, number]
  camera: string
  basemap: Basemap | null
  locale: Record<string, string>
  label: string
}

const hitLayers = { proposals: 'proposal', points: 'point', settlements: 'settlement', hosts: 'host' } as const

/** The state of settlements on the map, in the order in which they were given. */
export interface SettlementPaint {
  verdict: Uint8Array
  hidden: (i: number) => boolean
  ms: (number | null)[] | null
  change: Map<string, 1 | -1> | null
}

const emptyCollection: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** The map of a county: owns the MapLibre instance and turns answers of the API into what is drawn. */
export class CountyMap {
  readonly map: maplibre.Map
  readonly loaded: Promise<void>
  private ids: string[] = []
  private painted: { v: number; hidden: boolean; change: number; ms: number | null }[] = []
  private hoveredIndex: number | null = null

  constructor(options: MapOptions) {
    const [zoom, lat, lon] = options.camera.split('/').map(Number)
    const placed = zoom !== undefined && lat !== undefined && lon !== undefined && [zoom, lat, lon].every(Number.isFinite)
    this.map = new maplibre.Map({
      container: options.container,
      style: style(options.basemap),
      ...(placed ? { center: [lon, lat] as [number, number], zoom } : { bounds: options.bounds, fitBoundsOptions: { padding: 28 } }),
      localIdeographFontFamily: '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif',
      attributionControl: false,
      fadeDuration: 0,
      pixelRatio: softwareRendering() ? 1 : Math.min(devicePixelRatio || 1, 2),
      maxTileCacheSize: 96,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: options.locale,
      maxZoom: 18,
      minZoom: 4,
    })
    this.map.touchZoomRotate.disableRotation()
    this.map.getCanvas().setAttribute('aria-label', options.label)
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right')
    this.map.addControl(new maplibre.ScaleControl({ unit: 'metric' }), 'bottom-left')
    this.loaded = new Promise((resolve) => {
      this.map.once('style.load', () => {
        for (const [name, image] of Object.entries(icons())) this.map.addImage(name, image, { pixelRatio })
        resolve()
      })
    })
  }

  /** The camera as the address writes it: zoom/latitude/longitude. */
  camera(): string {
    const centre = this.map.getCenter()
    return `${this.map.getZoom().toFixed(2)}/${centre.lat.toFixed(5)}/${centre.lng.toFixed(5)}`
  }

  /** Replaces the data of a local source. */
  show(source: LocalSource, data: FeatureCollection | Geometry | null): void {
    (this.map.getSource(source) as maplibre.GeoJSONSource | undefined)?.setData(data ?? emptyCollection)
  }

  /** Draws the changes of roads: closed and slower ones over the tiles, drawn ones and the corners of a line still being drawn. */
  showRoadEdits(edits: Edit[], sketched: Edit | null = null): void {
    const all = sketched ? [...edits, sketched] : edits
    const ways = (op: string) => wayIn(all.filter((e) => e.op === op && e.way_id !== undefined).map((e) => String(e.way_id)))
    this.map.setFilter('edit-closed', ways('close_road'))
    this.map.setFilter('edit-speed', ways('road_speed'))
    const drawn = all.flatMap(({ op, line }): Feature[] => {
      if (!line || line.length < 2) return []
      const ring = op === 'add_barrier' && line.length > 3 && String(line[0]) === String(line.at(-1))
      return [{ type: 'Feature', properties: { op }, geometry: ring ? { type: 'Polygon', coordinates: [line] } : { type: 'LineString', coordinates: line } }]
    })
    const corners = (sketched?.line ?? []).map((at): Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }))
    this.show('edits', { type: 'FeatureCollection', features: [...drawn, ...corners] })
  }

  /** The road at a place of the canvas, the nearest first in the order of drawing. */
  road(at: maplibre.PointLike): RoadHit | null {
    const [x, y] = Array.isArray(at) ? at : [at.x, at.y]
    return this.roads([[x - 6, y - 6], [x + 6, y + 6]])[0] ?? null
  }

  /** The roads seen in a box of the canvas, or in all of it; each once, at most 300, those with a name first. */
  roads(box?: [maplibre.PointLike, maplibre.PointLike]): RoadHit[] {
    const layers = ['roads-major', 'roads', 'roads-minor']
    const found = new Map<string, RoadHit>()
    for (const f of box ? this.map.queryRenderedFeatures(box, { layers }) : this.map.queryRenderedFeatures({ layers })) {
      const id = String(f.properties.id)
      if (!found.has(id)) found.set(id, { id, name: String(f.properties.name ?? ''), highway: String(f.properties.highway ?? '') })
    }
    if (box) return [...found.values()]
    return [...found.values()].sort((a, b) => Number(!a.name) - Number(!b.name) || a.name.localeCompare(b.name, 'zh') || Number(a.id) - Number(b.id)).slice(0, 300)
  }

  /** Replaces the settlements; their state starts afresh. */
  showSettlements(s: Settlements): void {
    this.ids = s.id
    this.painted = []
    this.map.removeFeatureState({ source: 'settlements' })
    const features: Feature[] = s.id.map((id, i) => ({
      type: 'Feature', id: i, properties: { id, name: s.name[i] ?? '', people: s.people[i] ?? null },
      geometry: { type: 'Point', coordinates: [s.lon[i]!, s.lat[i]!] },
    }))
    this.show('settlements', { type: 'FeatureCollection', features })
  }

  /** Brings the settlements on the map to the state given; only what changed is touched, so that a slider step stays short. */
  paint(state: SettlementPaint): void {
    // a layer of marks costs time even where every mark is transparent
    // and to show or hide one costs more: those of gain and loss stay as long as there is a draft
    const seen = { uncovered: state.ms === null, unknown: false, gained: state.change !== null, lost: state.change !== null }
    for (let i = 0; i < this.ids.length; i++) {
      const next = {
        v: state.verdict[i] ?? 2, hidden: state.hidden(i), change: state.change?.get(this.ids[i]!) ?? 0, ms: state.ms?.[i] ?? null,
      }
      if (next.v === 2) seen.unknown = state.ms === null
      const old = this.painted[i]
      if (old && old.v === next.v && old.hidden === next.hidden && old.change === next.change && old.ms === next.ms) continue
      this.painted[i] = next
      this.map.setFeatureState({ source: 'settlements', id: i }, { ...next, ms: next.ms ?? 1e12 })
    }
    for (const [name, on] of Object.entries(seen)) this.visible(`mark-${name}`, on)
  }

  colourBy(mode: 'verdict' | 'minutes'): void {
    this.map.setPaintProperty('settlements', 'circle-color', settlementColour(mode))
  }

  visible(layer: string, on: boolean): void {
    if (this.map.getLayer(layer) && (this.map.getLayoutProperty(layer, 'visibility') !== 'none') !== on) this.map.setLayoutProperty(layer, 'visibility', on ? 'visible' : 'none')
  }

  /** Lights the settlement of an id, or none. */
  hover(id: string): void {
    const index = this.ids.indexOf(id)
    if (this.hoveredIndex !== null) this.map.setFeatureState({ source: 'settlements', id: this.hoveredIndex }, { hover: false })
    this.hoveredIndex = index < 0 ? null : index
    if (index >= 0) this.map.setFeatureState({ source: 'settlements', id: index }, { hover: true })
  }

  /** What lies at a place of the canvas; the smallest things win. */
  hit(at: maplibre.PointLike): Hit | null {
    const [x, y] = Array.isArray(at) ? at : [at.x, at.y]
    const box: [maplibre.PointLike, maplibre.PointLike] = [[x - 4, y - 4], [x + 4, y + 4]]
    for (const [layer, kind] of Object.entries(hitLayers)) {
      const feature = this.map.queryRenderedFeatures(box, { layers: [layer] })
        .find((f) => f.state.hidden !== true && f.properties.id !== undefined)
      if (!feature) continue
      const [lon, lat] = (feature.geometry as GeoJSON.Point).coordinates
      return { kind, id: String(feature.properties.id), lon: lon!, lat: lat! }
    }
    return null
  }

  /** Brings a place into view without a needless journey. */
  goTo(lon: number, lat: number, zoom = 12): void {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const target = { center: [lon, lat] as [number, number], zoom: Math.max(this.map.getZoom(), zoom) }
    if (still) this.map.jumpTo(target)
    else this.map.easeTo({ ...target, duration: 350 })
  }

  /** Brings features into view. */
  fit(features: Feature[]): void {
    const bounds = new maplibre.LngLatBounds()
    const take = (place: unknown): void => {
      if (!Array.isArray(place)) return
      if (typeof place[0] === 'number') bounds.extend([place[0], place[1] as number])
      else place.forEach(take)
    }
    for (const f of features) if (f.geometry && 'coordinates' in f.geometry) take(f.geometry.coordinates)
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false })
  }

  remove(): void { this.map.remove() }
}

function softwareRendering(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  const renderer = String(context?.getParameter(context.RENDERER) ?? '')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return /swiftshader|llvmpipe|software/i.test(renderer)
}

export { maplibre }
