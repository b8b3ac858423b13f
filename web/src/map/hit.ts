/** What lies under the pointer: the kind of thing, its id and its place. */
export interface Hit { kind: 'settlement' | 'point' | 'host' | 'proposal'; id: string; lon: number; lat: number }
