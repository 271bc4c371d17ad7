import { lowerBound } from '../live/lower-bound.ts'

/** Where markers stand, in the units of the axes. `y` is undefined at the lower edge. */
export type Marker =
  | { kind: 'best'; x: number; y: number }
  | { kind: 'not-finite'; x: number }
  | { kind: 'not-positive'; x: number }
  | { kind: 'seam'; x: number; attempt: number }
  | { kind: 'mark'; x: number; label: string }

type Curve = { x: ArrayLike<number>; y: ArrayLike<number>; attempt?: ArrayLike<number> }
type Range = { from: number; to: number; pixels: number }

/** Closer together than this many pixels, markers of one kind are one marker. */
const APART = 6

/** Red triangles: steps whose value was no finite number. Below the axis of a logarithm: values of zero and less. */
export function valueMarkers(curve: Curve, range: Range, logScale: boolean): Marker[] {
  const { x, y } = curve
  const markers: Marker[] = []
  const apart = (APART * (range.to - range.from)) / range.pixels
  let lastGap = Number.NEGATIVE_INFINITY
  let lastLow = Number.NEGATIVE_INFINITY
  for (let i = lowerBound(x, range.from); i < x.length && (x[i] as number) <= range.to; i++) {
    const at = x[i] as number
    const value = y[i] as number
    if (!Number.isFinite(value)) {
      if (at - lastGap >= apart) markers.push({ kind: 'not-finite', x: at })
      else continue
      lastGap = at
    } else if (logScale && value <= 0 && at - lastLow >= apart) {
      markers.push({ kind: 'not-positive', x: at })
      lastLow = at
    }
  }
  return markers
}

/** Dashed lines: where a later attempt went on. */
export function seams({ x, attempt }: Curve): Marker[] {
  if (!attempt) return []
  const markers: Marker[] = []
  for (let i = 1; i < x.length; i++) {
    const now = attempt[i] as number
    if (now !== attempt[i - 1]) markers.push({ kind: 'seam', x: x[i] as number, attempt: now })
  }
  return markers
}

/** The star: the best value of a curve, the first of equals, as the trainer counts. */
export function bestMarker({ x, y }: Curve, direction: 'min' | 'max'): Marker | undefined {
  const sign = direction === 'min' ? 1 : -1
  let best = -1
  for (let i = 0; i < x.length; i++) {
    const value = sign * (y[i] as number)
    if (Number.isFinite(value) && (best < 0 || value < sign * (y[best] as number))) best = i
  }
  return best < 0 ? undefined : { kind: 'best', x: x[best] as number, y: y[best] as number }
}
