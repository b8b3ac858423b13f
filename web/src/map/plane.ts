/** How places come to lie in the window: Web Mercator, north up, as the map shows it. */
export interface Plane { scale: number; left: number; top: number }

const eastward = (lon: number) => (lon + 180) / 360
const southward = (lat: number) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)

/** The plane of a map of some width and height in pixels around a centre; the world is 512 pixels wide at zoom 0. */
export function planeOf(centre: { lng: number; lat: number }, zoom: number, width: number, height: number): Plane {
  const scale = 512 * 2 ** zoom
  return { scale, left: eastward(centre.lng) * scale - width / 2, top: southward(centre.lat) * scale - height / 2 }
}

/** Where a place lies, in pixels from the upper left. */
export function pixelOf(plane: Plane, lon: number, lat: number): [x: number, y: number] {
  return [eastward(lon) * plane.scale - plane.left, southward(lat) * plane.scale - plane.top]
}

/** How far outside of the window, in pixels, a place may be and still be drawn in full detail. */
const margin = 40

/**
 * Rings as an SVG path for a window of some size: corners less than two pixels from the one before are left out, far outside of the window
 * less than sixty, and rings that are wholly outside altogether. What is painted less is painted sooner.
 */
export function pathOf(plane: Plane, rings: number[][][], width = Infinity, height = Infinity): string {
  let path = ''
  for (const ring of rings) {
    let piece = ''
    let [lastX, lastY] = [Infinity, Infinity]
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const place of ring) {
      const [x, y] = pixelOf(plane, place[0]!, place[1]!)
      const outside = x < -margin || y < -margin || x > width + margin || y > height + margin
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < (outside ? 60 : 2)) continue
      piece += `${lastX === Infinity ? 'M' : 'L'}${x.toFixed(0)} ${y.toFixed(0)}`
      lastX = x
      lastY = y
      west = Math.min(west, x); east = Math.max(east, x); north = Math.min(north, y); south = Math.max(south, y)
    }
    if (piece && east > -margin && south > -margin && west < width + margin && north < height + margin) path += `${piece}Z`
  }
  return path
}
