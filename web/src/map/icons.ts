import { colours, legalMarks, tierMarks } from './colours'

const scale = 2

function canvas(width: number, height: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas')
  element.width = width * scale
  element.height = height * scale
  const context = element.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('the browser has no 2D canvas')
  context.scale(scale, scale)
  return context
}

function image(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height)
}

/** Outline of a tier's shape in a box of 20 × 20, as an SVG path: the legend and the map draw the same. */
export const shapePaths: Record<string, string> = {
  square: 'M3 3H17V17H3Z',
  circle: 'M10 2.5A7.5 7.5 0 1 1 9.99 2.5Z',
  hexagon: 'M6 2.5H14L18 10L14 17.5H6L2 10Z',
  shield: 'M3 2.5H17V11C17 14.5 14 16.6 10 18.5C6 16.6 3 14.5 3 11Z',
  pill: 'M6.5 4.5H13.5A5.5 5.5 0 0 1 13.5 15.5H6.5A5.5 5.5 0 0 1 6.5 4.5Z',
  diamond: 'M10 1.5L18.5 10L10 18.5L1.5 10Z',
}

function tierIcon(tier: string, ghost: boolean): ImageData {
  const mark = tierMarks[tier] ?? tierMarks.other!
  const context = canvas(24, 24)
  context.translate(2, 2)
  const shape = new Path2D(shapePaths[mark.shape])
  context.lineJoin = 'round'
  context.strokeStyle = '#fff'
  context.lineWidth = 3
  context.stroke(shape)
  context.fillStyle = ghost ? '#fff' : mark.colour
  context.fill(shape)
  context.strokeStyle = mark.colour
  context.lineWidth = 1.4
  if (ghost) context.setLineDash([2.5, 1.8])
  context.stroke(shape)
  context.fillStyle = ghost ? mark.colour : '#fff'
  context.font = 'bold 10.5px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(mark.letter, 10, 10.5)
  return image(context)
}

/** Diagonal hatching, for what is not covered: seen in grey prints and by those who do not tell the colours apart. */
function hatch(colour: string, step: number, width: number): ImageData {
  const context = canvas(step, step)
  context.strokeStyle = colour
  context.lineWidth = width
  for (const shift of [-step, 0, step]) {
    context.beginPath()
    context.moveTo(shift - 1, step + 1)
    context.lineTo(shift + step + 1, -1)
    context.stroke()
  }
  return image(context)
}

function cross(colour: string): ImageData {
  const context = canvas(9, 9)
  context.strokeStyle = colour
  context.lineWidth = 1.7
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(2, 2); context.lineTo(7, 7); context.moveTo(7, 2); context.lineTo(2, 7)
  context.stroke()
  return image(context)
}

function sign(text: string, colour: string): ImageData {
  const context = canvas(10, 12)
  context.fillStyle = colour
  context.font = 'bold 10px sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(text, 5, 6.5)
  return image(context)
}

/** A flag with a letter: a place of legal education. */
function legalIcon(letter: string, colour: string): ImageData {
  const context = canvas(22, 24)
  const flag = new Path2D('M3 1.5H20.5L17.5 8L20.5 14.5H5V22.5H3Z')
  context.strokeStyle = '#fff'
  context.lineWidth = 2.5
  context.stroke(flag)
  context.fillStyle = colour
  context.fill(flag)
  context.fillStyle = '#fff'
  context.font = 'bold 10px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(letter, 11, 8.5)
  return image(context)
}

/** Every image that the style names, ready for `map.addImage` at {@link pixelRatio}. */
export function icons(): Record<string, ImageData> {
  const all: Record<string, ImageData> = {
    'hatch-gap': hatch(colours.uncovered, 10, 1.1),
    'mark-uncovered': cross('#fff'),
    'mark-unknown': sign('?', '#fff'),
    'mark-gained': sign('+', '#fff'),
    'mark-lost': sign('−', '#fff'),
  }
  for (const tier of Object.keys(tierMarks)) {
    all[`tier-${tier}`] = tierIcon(tier, false)
    all[`tier-${tier}-ghost`] = tierIcon(tier, true)
  }
  for (const [name, mark] of Object.entries(legalMarks)) all[`legal-${name}`] = legalIcon(mark.letter, mark.colour)
  return all
}

export const pixelRatio = scale
