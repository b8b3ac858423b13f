/** Colours of the map and its legend: Okabe–Ito, told apart by shape, letter and hatching as well. */
export const colours = {
  covered: '#0072b2', uncovered: '#d55e00', unknown: '#6b7280', gained: '#009e73', lost: '#b3005e', proposal: '#5b2a86',
  road: '#b9b2a6', roadMajor: '#8d857a', water: '#9cc3d9', rail: '#9a9a9a', boundary: '#7d7369', ground: '#f6f3ec', text: '#2b2620', selected: '#111827', path: '#0b4f8a',
} as const

/** Cividis in five classes, dark is near; edges in minutes. */
export const minuteClasses = [
  { upTo: 5, colour: '#00224e' }, { upTo: 10, colour: '#35456c' }, { upTo: 15, colour: '#7c7b78' },
  { upTo: 30, colour: '#b9ac70' }, { upTo: 60, colour: '#fee838' },
] as const
export const beyondColour = '#ffffff'

/** Shape and letter of each tier of service points. */
export const tierMarks: Record<string, { shape: 'square' | 'circle' | 'hexagon' | 'shield' | 'pill' | 'diamond'; letter: string; colour: string }> = {
  centre: { shape: 'square', letter: '中', colour: '#7a1f3d' },
  station: { shape: 'circle', letter: '站', colour: '#1f3b73' },
  studio: { shape: 'hexagon', letter: '室', colour: '#0b5d4b' },
  post_desk: { shape: 'shield', letter: '警', colour: '#3a2d7a' },
  mobile: { shape: 'pill', letter: '流', colour: '#6b4a00' },
  other: { shape: 'diamond', letter: '他', colour: '#444b54' },
}

/** Letter and colour of the places of legal education on the map. */
export const legalMarks: Record<string, { letter: string; colour: string }> = {
  culture: { letter: '普', colour: '#8a3c00' }, village: { letter: '村', colour: '#0b5d4b' }, school: { letter: '校', colour: '#1f3b73' },
  enterprise: { letter: '企', colour: '#444b54' }, honour: { letter: '荣', colour: '#9b1c1c' },
}
