import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import type { Basemap } from '../api/types'
import { beyondColour, colours, minuteClasses } from './colours'

const font = ['UI Sans']
const empty = { type: 'FeatureCollection' as const, features: [] }
const own = (name: string): SourceSpecification => ({
  type: 'vector', tiles: [`${location.origin}/tiles/${name}/{z}/{x}/{y}.mvt`], minzoom: 6, maxzoom: 14,
})

const verdictIs = (code: number): ExpressionSpecification => ['==', ['coalesce', ['feature-state', 'v'], 2], code]
const shown: ExpressionSpecification = ['!', ['boolean', ['feature-state', 'hidden'], false]]
const changed: ExpressionSpecification = ['coalesce', ['feature-state', 'change'], 0]

/** Radius of a settlement by the root of its people. */
const bigger: ExpressionSpecification = ['case', ['==', changed, 0], 1, 1.7]
const radius: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'],
  7, ['*', bigger, ['interpolate', ['linear'], ['sqrt', ['coalesce', ['get', 'people'], 100]], 0, 2.2, 70, 4.5]],
  12, ['*', bigger, ['interpolate', ['linear'], ['sqrt', ['coalesce', ['get', 'people'], 100]], 0, 4.5, 70, 11]]]

const byVerdict: ExpressionSpecification = ['case',
  ['==', changed, 1], colours.gained, ['==', changed, -1], colours.lost,
  verdictIs(0), colours.covered, verdictIs(1), colours.uncovered, colours.unknown]

function byMinutes(): ExpressionSpecification {
  const steps = minuteClasses.flatMap((c) => [['<=', ['coalesce', ['feature-state', 'ms'], 1e12], c.upTo * 60000], c.colour])
  return ['case', ...steps, beyondColour] as unknown as ExpressionSpecification
}

/** Paint of the settlements: by verdict or by minutes. */
export function settlementColour(mode: 'verdict' | 'minutes'): ExpressionSpecification {
  return mode === 'minutes' ? byMinutes() : byVerdict
}

const mark = (id: string, icon: string, when: ExpressionSpecification): LayerSpecification => ({
  id, type: 'symbol', source: 'settlements',
  layout: { 'icon-image': icon, 'icon-allow-overlap': true, 'icon-ignore-placement': true,
    'icon-size': ['interpolate', ['linear'], ['zoom'], 7, 0.55, 12, 1.1] },
  paint: { 'icon-opacity': ['case', ['all', shown, when], 1, 0] },
})

/** The roads of some way ids. */
export const wayIn = (ids: string[]): ExpressionSpecification => ['in', ['to-string', ['get', 'id']], ['literal', ids]]

function groundLayers(): LayerSpecification[] {
  const major: ExpressionSpecification = ['match', ['get', 'highway'], ['motorway', 'trunk', 'primary', 'secondary'], true, false]
  const minor: ExpressionSpecification = ['match', ['get', 'highway'], ['footway', 'path', 'steps', 'track', 'service', 'cycleway'], true, false]
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': colours.ground } },
    { id: 'units-fill', type: 'fill', source: 'units', 'source-layer': 'units', filter: ['==', ['get', 'level'], 4],
      paint: { 'fill-color': '#fffdf8', 'fill-opacity': 0.75, 'fill-antialias': false } },
    { id: 'gaps', type: 'fill', source: 'gaps', paint: { 'fill-pattern': 'hatch-gap', 'fill-opacity': 0.38, 'fill-antialias': false } },
    { id: 'circles', type: 'fill', source: 'circles', paint: { 'fill-color': colours.covered, 'fill-opacity': 0.16, 'fill-antialias': false } },
    { id: 'circles-line', type: 'line', source: 'circles', paint: { 'line-color': colours.covered, 'line-width': 1.1, 'line-opacity': 0.8 } },
    { id: 'water', type: 'line', source: 'roads', 'source-layer': 'roads', filter: ['==', ['get', 'wall'], 'water'],
      paint: { 'line-color': colours.water, 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 1, 13, 2.4] } },
    { id: 'rail', type: 'line', source: 'roads', 'source-layer': 'roads', filter: ['==', ['get', 'wall'], 'rail'],
      paint: { 'line-color': colours.rail, 'line-width': 1.4, 'line-dasharray': [4, 1.5] } },
    { id: 'roads-minor', type: 'line', source: 'roads', 'source-layer': 'roads', minzoom: 11, filter: minor,
      paint: { 'line-color': colours.road, 'line-width': 0.7, 'line-dasharray': [3, 2] } },
    { id: 'roads', type: 'line', source: 'roads', 'source-layer': 'roads', filter: ['all', ['has', 'highway'], ['!', major], ['!', minor]],
      paint: { 'line-color': colours.road, 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.5, 13, 1.6] } },
    { id: 'roads-major', type: 'line', source: 'roads', 'source-layer': 'roads', filter: major,
      paint: { 'line-color': colours.roadMajor, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.8, 13, 3] } },
    { id: 'units-village', type: 'line', source: 'units', 'source-layer': 'units', minzoom: 10.5, filter: ['==', ['get', 'level'], 5],
      paint: { 'line-color': colours.boundary, 'line-width': 0.6, 'line-dasharray': [2, 3] } },
    { id: 'units-township', type: 'line', source: 'units', 'source-layer': 'units', filter: ['==', ['get', 'level'], 4],
      paint: { 'line-color': colours.boundary, 'line-width': 1.1, 'line-dasharray': [5, 2.5] } },
    { id: 'units-county', type: 'line', source: 'units', 'source-layer': 'units', filter: ['<=', ['get', 'level'], 3],
      paint: { 'line-color': '#4b443c', 'line-width': 2 } },
  ]
}

function dataLayers(): LayerSpecification[] {
  return [
    { id: 'whatif', type: 'fill', source: 'whatif', filter: ['!=', ['get', 'change'], 'gone'],
      paint: { 'fill-color': colours.gained, 'fill-opacity': 0.2, 'fill-antialias': false } },
    { id: 'whatif-gone', type: 'line', source: 'whatif', filter: ['==', ['get', 'change'], 'gone'],
      paint: { 'line-color': colours.lost, 'line-width': 1.6, 'line-dasharray': [3, 2] } },
    { id: 'whatif-line', type: 'line', source: 'whatif', filter: ['!=', ['get', 'change'], 'gone'], paint: { 'line-color': colours.gained, 'line-width': 2 } },
    { id: 'edit-areas', type: 'fill', source: 'edits', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colours.lost, 'fill-opacity': 0.14 } },
    { id: 'edit-closed', type: 'line', source: 'roads', 'source-layer': 'roads', filter: wayIn([]), layout: { 'line-cap': 'butt' },
      paint: { 'line-color': colours.lost, 'line-width': 5, 'line-dasharray': [0.6, 0.6] } },
    { id: 'edit-speed', type: 'line', source: 'roads', 'source-layer': 'roads', filter: wayIn([]),
      paint: { 'line-color': colours.proposal, 'line-width': 4, 'line-opacity': 0.8 } },
    { id: 'edit-roads', type: 'line', source: 'edits', filter: ['==', ['get', 'op'], 'add_road'], layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.gained, 'line-width': 4 } },
    { id: 'edit-barriers', type: 'line', source: 'edits', filter: ['==', ['get', 'op'], 'add_barrier'],
      paint: { 'line-color': colours.lost, 'line-width': 4, 'line-dasharray': [2, 1] } },
    { id: 'edit-corners', type: 'circle', source: 'edits', filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 5, 'circle-color': '#fff', 'circle-stroke-color': colours.selected, 'circle-stroke-width': 2 } },
    { id: 'path', type: 'line', source: 'path', layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.path, 'line-width': ['case', ['==', ['get', 'rank'], 0], 4.5, 2.2], 'line-opacity': 0.85 } },
    { id: 'hosts', type: 'circle', source: 'hosts', 'source-layer': 'hosts', minzoom: 9, filter: ['==', ['get', 'candidate'], true],
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 1.6, 13, 4], 'circle-color': '#fff',
        'circle-stroke-color': '#57534e', 'circle-stroke-width': 1.1 } },
    { id: 'settlements', type: 'circle', source: 'settlements',
      paint: { 'circle-radius': radius, 'circle-color': byVerdict,
        'circle-opacity': ['case', shown, 0.92, 0], 'circle-stroke-opacity': ['case', shown, 1, 0],
        'circle-stroke-color': ['case', ['boolean', ['feature-state', 'hover'], false], colours.selected, '#fff'],
        'circle-stroke-width': ['case', ['boolean', ['feature-state', 'hover'], false], 2.6, 1] } },
    mark('mark-uncovered', 'mark-uncovered', ['all', verdictIs(1), ['==', changed, 0]]),
    mark('mark-unknown', 'mark-unknown', ['all', verdictIs(2), ['==', changed, 0]]),
    mark('mark-gained', 'mark-gained', ['==', changed, 1]),
    mark('mark-lost', 'mark-lost', ['==', changed, -1]),
    { id: 'units-label', type: 'symbol', source: 'unit-labels', maxzoom: 13,
      layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': ['interpolate', ['linear'], ['zoom'], 8, 12, 12, 15],
        'text-letter-spacing': 0.08, 'text-padding': 6 },
      paint: { 'text-color': colours.text, 'text-halo-color': '#fffdf8', 'text-halo-width': 1.6 } },
    { id: 'units-tile-label', type: 'symbol', source: 'units', 'source-layer': 'units', maxzoom: 10, filter: ['==', ['get', 'level'], 4],
      layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': 12.5, 'text-letter-spacing': 0.06, 'text-padding': 40, visibility: 'none' },
      paint: { 'text-color': colours.text, 'text-halo-color': '#fffdf8', 'text-halo-width': 1.6 } },
    { id: 'settlements-label', type: 'symbol', source: 'settlements', minzoom: 11,
      layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': 11, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-optional': true },
      paint: { 'text-color': colours.text, 'text-halo-color': '#fffdf8', 'text-halo-width': 1.4, 'text-opacity': ['case', shown, 1, 0] } },
    { id: 'points', type: 'symbol', source: 'points',
      layout: { 'icon-image': ['concat', 'tier-', ['get', 'tier'], ['case', ['get', 'ghost'], '-ghost', '']], 'icon-allow-overlap': true,
        'icon-ignore-placement': true, 'symbol-sort-key': ['get', 'order'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 7, 0.3, 9, 0.45, 10.5, 0.75, 14, 1.1] },
      paint: { 'icon-opacity': ['interpolate', ['linear'], ['zoom'], 9, ['case', ['boolean', ['get', 'dim'], false], 0.25, ['boolean', ['get', 'ghost'], false], 0.45, 1],
        11, ['case', ['boolean', ['get', 'dim'], false], 0.35, 1]] } },
    { id: 'marks', type: 'symbol', source: 'marks', layout: { 'icon-image': ['concat', 'legal-', ['get', 'icon']], 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 8, 0.55, 12, 1] } },
    { id: 'proposals', type: 'circle', source: 'proposals',
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 8, 12, 11], 'circle-color': colours.proposal,
        'circle-stroke-color': ['case', ['get', 'lit'], '#ffd33d', '#fff'], 'circle-stroke-width': ['case', ['get', 'lit'], 3.5, 2] } },
    { id: 'proposals-label', type: 'symbol', source: 'proposals',
      layout: { 'text-field': ['to-string', ['get', 'rank']], 'text-font': font, 'text-size': 11, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': '#fff' } },
    { id: 'selection', type: 'circle', source: 'selection',
      paint: { 'circle-radius': 16, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': colours.selected, 'circle-stroke-width': 2.5 } },
  ]
}

/** Sources in the page's own memory, filled by the map as answers arrive. */
export const localSources = ['gaps', 'circles', 'whatif', 'path', 'settlements', 'unit-labels', 'points', 'proposals', 'selection', 'edits', 'marks'] as const
export type LocalSource = (typeof localSources)[number]

/** The whole style: own tiles for the ground, own data above, no glyph server, no other origin unless a basemap is configured. */
export function style(basemap: Basemap | null): StyleSpecification {
  const sources: Record<string, SourceSpecification> = { roads: own('roads'), units: own('units'), hosts: own('hosts') }
  for (const name of localSources) sources[name] = { type: 'geojson', data: empty }
  const layers = groundLayers().filter((layer) => !basemap || layer.id !== 'units-fill')
  if (basemap) {
    sources.basemap = { type: 'raster', tiles: basemap.tiles, tileSize: 256, attribution: basemap.attribution, maxzoom: 18 }
    layers.splice(1, 0, { id: 'basemap', type: 'raster', source: 'basemap' })
    if (basemap.labels?.length) {
      sources['basemap-labels'] = { type: 'raster', tiles: basemap.labels, tileSize: 256, maxzoom: 18 }
      layers.splice(2, 0, { id: 'basemap-labels', type: 'raster', source: 'basemap-labels' })
    }
  }
  return { version: 8, sources, layers: [...layers, ...dataLayers()] }
}
