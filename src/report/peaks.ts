import { computingUnit } from '../engine/select.js';
import type { Hardware, MultiplyFormat, Peak } from '../hardware/types.js';
import type { BytesPerSecond } from '../quantities.js';

/** Highest dense peak of the computing unit in any of some formats; undefined when it has none. */
export function peakOf(hardware: Hardware, formats: readonly MultiplyFormat[]): Peak | undefined {
  return computingUnit(hardware)
    .peaks.filter(({ format, sparsity }) => sparsity === 'dense' && formats.includes(format))
    .reduce<Peak | undefined>((best, peak) => (best !== undefined && best.rate >= peak.rate ? best : peak), undefined);
}

/** What a peak asks of the memory. */
export interface Balance {
  /** FLOPs per byte at which the unit turns from memory to compute bound: `peak / bandwidth`. */
  readonly ridgePoint: number;
  /** Bytes that the memory gives per FLOP: `bandwidth / peak`. */
  readonly bytesPerFlop: number;
}

/** Balance of a dense peak; undefined for sparse ones, which no dense work reaches. */
export function balanceOf(peak: Peak, bandwidth: BytesPerSecond | undefined): Balance | undefined {
  if (bandwidth === undefined || peak.sparsity !== 'dense') return undefined;
  return { ridgePoint: peak.rate / bandwidth, bytesPerFlop: bandwidth / peak.rate };
}
