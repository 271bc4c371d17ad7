import { plain } from '../../format/numbers.ts'
import { elapsed } from '../../format/times.ts'
import type { ChartState } from './chart-state.ts'
import { TAB_WORDS, type TabId } from './tabs.ts'

/** In words, what the address of a job's page says beyond which job it is. */
export function linkHolds(tab: TabId, state: ChartState): string[] {
  if (tab !== 'charts') return [`the tab ${TAB_WORDS[tab]}`]
  const { smooth, log, x, zoom, pinned, hidden, mark } = state
  const format = x === 'time' ? elapsed : plain
  return [
    x !== 'step' && `the axis by ${x}`,
    zoom && `the zoom to ${x === 'time' ? 'time' : `${x}s`} ${format(zoom.from)} to ${format(zoom.to)}`,
    smooth > 0 && `smoothing ${plain(smooth)}`,
    log && 'the log scale',
    mark !== undefined && `the marked step ${plain(mark)}`,
    hidden.length > 0 && (hidden.length === 1 ? 'a hidden line' : `${hidden.length} hidden lines`),
    pinned.length > 0 && 'the order of the panels'
  ].filter((one) => typeof one === 'string')
}
