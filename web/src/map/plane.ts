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

/** Rings as an SVG path; corners less than a pixel from the one before are left out. */
export function pathOf(plane: Plane, rings: number[][][]): string {
  let path = ''
  for (const ring of rings) {
    let [lastX, lastY] = [Infinity, Infinity]
    for (const place of ring) {
      const [x, y] = pixelOf(plane, place[0]!, place[1]!)
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < 1) continue
      path += `${lastX === Infinity ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
      lastX = x
      lastY = y
    }
    if (lastX !== Infinity) path += 'Z'
  }
  return path
}
