import { DoesNotFitError } from '../../errors.js';
import type { Bytes } from '../../quantities.js';
import { type Machine, machineOf } from '../../roofline/machine.js';
import { type MemoryTimes, placeInMemory, usableBytes } from '../../roofline/memory-times.js';
import type { UnitWorkload } from './scenario.js';
import { type PlannedStage, workingBytes } from './stages.js';
import type { UnitMemoryReport } from './types.js';

/** Largest batch that the search goes up to. */
const LARGEST = 2 ** 20;

/** A workload with its stages on its machine. */
export interface StagedWorkload {
  readonly workload: UnitWorkload;
  readonly stages: readonly PlannedStage[];
  readonly machine: Machine;
}

/** The machine of a workload under its engine. */
export function machineOfWorkload({ hardware, unit, engineClass, threads }: UnitWorkload): Machine {
  return machineOf(hardware, unit, engineClass, threads);
}

function weightBytesOf({ stages }: StagedWorkload): Bytes {
  return stages.reduce((sum, stage) => sum + stage.weightBytes, 0);
}

/** Working memory of the largest operator of any stage, by batch. */
function activationBytesOf({ workload, stages, machine }: StagedWorkload): (batch: number) => Bytes {
  const each = stages.map((stage) => workingBytes(stage, workload.promptTokens, machine.engine));
  return (batch) => Math.max(...each.map((bytes) => bytes(batch)));
}

/** Bytes that a workload needs. */
export function neededBytes(staged: StagedWorkload): Bytes {
  return weightBytesOf(staged) + activationBytesOf(staged)(staged.workload.batch);
}

/** Throws `DoesNotFitError`, with what would fit, when the workload needs more memory than the machine has. */
export function checkUnitsFit(staged: StagedWorkload): void {
  const { hardware, network, batch } = staged.workload;
  const required = neededBytes(staged);
  const available = usableBytes(Object.values(hardware.memory));
  if (required <= available) return;
  const fitting = largestUnitBatch(staged);
  throw new DoesNotFitError({
    hardware: hardware.id,
    model: network.id,
    requiredBytes: required,
    availableBytes: available,
    remedies: [
      ...(fitting > 0 && fitting < batch ? [`a batch of ${fitting}`] : []),
      `${Math.ceil(required / available)} such devices`,
    ],
  });
}

/** Most units that fit together: working memory grows with them, so that a search finds the last that fits. */
function largestUnitBatch(staged: StagedWorkload): number {
  const usable = usableBytes(Object.values(staged.workload.hardware.memory));
  const weights = weightBytesOf(staged);
  const activations = activationBytesOf(staged);
  const fits = (batch: number): boolean => weights + activations(batch) <= usable;
  if (fits(LARGEST)) return LARGEST;
  let low = 0;
  let high = LARGEST;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Where weights and activations lie. Keys and values are activations of the same width. */
export function placeUnits(staged: StagedWorkload): MemoryTimes {
  const { workload, machine } = staged;
  const demand = {
    weightBytes: weightBytesOf(staged),
    cacheBytes: 0,
    activationBytes: activationBytesOf(staged)(workload.batch),
  };
  return placeInMemory(Object.values(workload.hardware.memory), demand, machine.engine.activationBytes);
}

/** Memory of a workload that fits. */
export function reportUnitMemory(staged: StagedWorkload, memory: MemoryTimes): UnitMemoryReport {
  const levels = Object.values(staged.workload.hardware.memory);
  const weightBytes = weightBytesOf(staged);
  const activationBytes = activationBytesOf(staged)(staged.workload.batch);
  const totalBytes = weightBytes + activationBytes;
  const usable = usableBytes(levels);
  return {
    weightBytes,
    activationBytes,
    totalBytes,
    usableBytes: usable,
    capacityBytes: levels.filter((level) => level.holds === 'weights').reduce((sum, level) => sum + level.capacity, 0),
    freeBytes: usable - totalBytes,
    largestBatch: largestUnitBatch(staged),
    levels: memory.residency.map(({ level, weightBytes: held }) => ({
      name: level.name,
      weightBytes: held,
      bandwidth: level.bandwidth,
    })),
  };
}
