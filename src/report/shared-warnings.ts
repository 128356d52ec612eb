import { formatCount } from '../format.js';
import type { SharedWarning } from '../study/shared-warnings.js';

/** Warnings of one kind that are shown: where each point has figures of its own, there are as many as points. */
const MOST_OF_A_KIND = 3;

/**
 * A line for each doubt, with the share of the points (or what `of` calls them) that it is about where that is not all.
 * `total` is undefined where not all points were looked at.
 */
export function warningLines(
  warnings: readonly SharedWarning[],
  total: number | undefined,
  of = 'points',
): readonly string[] {
  const shareOf = (points: number): string =>
    total === undefined || points === total ? '' : ` (${formatCount(points)} of ${formatCount(total)} ${of})`;
  const kinds = [...new Set(warnings.map(({ code }) => code))];
  return kinds.flatMap((kind) => {
    const all = warnings.filter(({ code }) => code === kind);
    const more = all.length - MOST_OF_A_KIND;
    const shown = all.slice(0, MOST_OF_A_KIND).map(({ message, points }) => `${message}${shareOf(points)}`);
    return more > 0 ? [...shown, `${formatCount(more)} more such warnings (${kind})`] : shown;
  });
}
