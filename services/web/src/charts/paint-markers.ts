import type UPlot from 'uplot'
import type { Marker } from './markers.ts'
import type { Palette } from './palette.ts'

/** Draws markers over the lines. */
export function drawMarkers(plot: UPlot, markers: readonly Marker[], palette: Palette) {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  // A star at the newest point stands half outside of the plot.
  ctx.rect(bbox.left - 8 * ratio, bbox.top - 10 * ratio, bbox.width + 16 * ratio, bbox.height + 10 * ratio)
  ctx.clip()
  for (const marker of markers) {
    const x = plot.valToPos(marker.x, 'x', true)
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue
    if (marker.kind === 'seam')
      upright(ctx, x, bbox, ratio, {
        palette,
        colour: palette.muted,
        label: `attempt ${marker.attempt}`,
        row: 0
      })
    else if (marker.kind === 'mark')
      upright(ctx, x, bbox, ratio, { palette, colour: palette.ink, label: marker.label, row: 1 })
    else if (marker.kind === 'best') star(ctx, x, plot.valToPos(marker.y, 'y', true), 6 * ratio, palette)
    else {
      const colour = marker.kind === 'not-finite' ? palette.failed : palette.warning
      triangle(ctx, x, bbox.top + bbox.height, 5 * ratio, colour)
    }
  }
  ctx.restore()
}

type Upright = { palette: Palette; colour: string; label: string; row: number }

/** A dashed line from top to bottom with a word beside it; words of the two kinds stand in rows of their own. */
function upright(ctx: CanvasRenderingContext2D, x: number, bbox: UPlot.BBox, ratio: number, look: Upright) {
  const { palette, colour, label, row } = look
  ctx.strokeStyle = colour
  ctx.lineWidth = ratio
  ctx.setLineDash([4 * ratio, 4 * ratio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.fillStyle = colour
  ctx.font = palette.font.replace('11px', `${11 * ratio}px`)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'top'
  const width = ctx.measureText(label).width
  const fits = x + 4 * ratio + width < bbox.left + bbox.width
  ctx.fillText(label, fits ? x + 4 * ratio : x - 4 * ratio - width, bbox.top + (2 + 14 * row) * ratio)
}

function triangle(ctx: CanvasRenderingContext2D, x: number, bottom: number, size: number, colour: string) {
  ctx.fillStyle = colour
  ctx.beginPath()
  ctx.moveTo(x, bottom - 2 * size)
  ctx.lineTo(x + size, bottom)
  ctx.lineTo(x - size, bottom)
  ctx.closePath()
  ctx.fill()
}

/** Five points; filled with ink and edged with the surface, so that it stands out of any line. */
function star(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, palette: Palette) {
  ctx.beginPath()
  for (let i = 0; i < 10; i++) {
    const radius = i % 2 === 0 ? size : size * 0.45
    const angle = (Math.PI * i) / 5 - Math.PI / 2
    const point = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const
    if (i === 0) ctx.moveTo(...point)
    else ctx.lineTo(...point)
  }
  ctx.closePath()
  ctx.fillStyle = palette.ink
  ctx.strokeStyle = palette.surface
  ctx.lineWidth = size / 4
  ctx.stroke()
  ctx.fill()
}
