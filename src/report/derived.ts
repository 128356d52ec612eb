import { computingUnit, mainMemory } from '../engine/select.js';
import type { Hardware, Peak } from '../hardware/types.js';
import type { Bytes, BytesPerSecond } from '../quantities.js';
import { peakOf } from './peaks.js';

/** What a machine costs and draws for what it gives, in SI units; what a spec does not state is absent. */
export interface Ratios {
  /** USD per B/s of the memory that weights stream from. */
  readonly usdPerBandwidth?: number;
  /** USD per FLOP/s of the highest dense 16-bit peak. */
  readonly usdPerPeak16Bit?: number;
  readonly usdPerByte?: number;
  /** W per B/s, at TDP. */
  readonly wattsPerBandwidth?: number;
  /** W per FLOP/s, at TDP. */
  readonly wattsPerPeak16Bit?: number;
}

/** Price and power of a machine over its bandwidth, peak and capacity. */
export function ratiosOf(hardware: Hardware): Ratios {
  const memory = mainMemory(hardware);
  const peak = peakOf(hardware, ['f16', 'bf16'])?.rate;
  const { purchase } = hardware.price;
  const { tdp } = hardware.power;
  return stated({
    usdPerBandwidth: over(purchase, memory?.bandwidth),
    usdPerPeak16Bit: over(purchase, peak),
    usdPerByte: over(purchase, memory?.capacity),
    wattsPerBandwidth: over(tdp, memory?.bandwidth),
    wattsPerPeak16Bit: over(tdp, peak),
  });
}

/** Ridge points of one peak, by memory level: FLOPs per byte from that level at which the unit turns compute bound. */
export interface LevelRidges {
  readonly path: Peak['path'];
  readonly format: Peak['format'];
  readonly accumulate: Peak['accumulate'];
  readonly ridgePoints: Readonly<Record<string, number>>;
}

/** Ridge points of the computing unit's dense peaks over the peak bandwidth of every memory level. */
export function ridgesByLevel(hardware: Hardware): readonly LevelRidges[] {
  const levels = Object.values(hardware.memory);
  return computingUnit(hardware)
    .peaks.filter(({ sparsity }) => sparsity === 'dense')
    .map(({ path, format, accumulate, rate }) => ({
      path,
      format,
      accumulate,
      ridgePoints: Object.fromEntries(levels.map(({ name, bandwidth }) => [name, rate / bandwidth])),
    }));
}

/** A product of several devices in all. */
export interface SystemTotals {
  readonly device: string;
  readonly devices: number;
  readonly link: string;
  /** Of the memory that weights stream from, all devices together. */
  readonly capacity?: Bytes;
  readonly bandwidth?: BytesPerSecond;
}

/** What the devices of a system have together; undefined for a machine that is one device. */
export function systemTotals(hardware: Hardware): SystemTotals | undefined {
  const { system } = hardware;
  if (system === undefined) return undefined;
  const memory = mainMemory(hardware);
  if (memory === undefined) return system;
  return { ...system, capacity: system.devices * memory.capacity, bandwidth: system.devices * memory.bandwidth };
}

function over(amount: number | undefined, by: number | undefined): number | undefined {
  return amount === undefined || by === undefined ? undefined : amount / by;
}

function stated(ratios: { readonly [K in keyof Ratios]: number | undefined }): Ratios {
  return Object.fromEntries(Object.entries(ratios).filter(([, value]) => value !== undefined));
}
