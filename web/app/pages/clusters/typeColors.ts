import { COARSE_TYPES, type CoarseType } from '../../data/lesionChoice';
import { SERIES_COLORS } from '../../figures/lineStyle';

/** A type has the same colour in all bars; an unknown one is grey. */
export function typeColor(coarseType: CoarseType): string {
  const index = COARSE_TYPES.indexOf(coarseType);
  return SERIES_COLORS[index] ?? 'var(--line-strong)';
}
