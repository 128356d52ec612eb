import { DoesNotFitError } from '../../errors.js';
import { type Machine, machineOf } from '../../roofline/machine.js';
import { type Demand, layoutOf, placeInMemory, residencyOf } from '../../roofline/memory-times.js';
import { largestWithin } from '../memory.js';
import { bytesOf } from '../prepare.js';
import type { UnitWorkload } from './scenario.js';
import { type PlacedMachine, type PlannedStage, workingBytes } from './stages.js';
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

/** What a workload needs: weights of all stages, working memory of the largest operator. Keys and values are activations. */
export function demandOfUnits({ workload, stages, machine }: StagedWorkload, batch = workload.batch): Demand {
  return {
    weightBytes: stages.reduce((sum, stage) => sum + stage.weightBytes, 0),
    cacheBytes: 0,
    activationBytes: Math.max(
      ...stages.map((stage) => workingBytes(stage, batch, workload.promptTokens, machine.engine)),
    ),
  };
}

/** Throws `DoesNotFitError`, with what would fit, when the workload needs more memory than the machine has. */
export function checkUnitsFit(staged: StagedWorkload): void {
  const { hardware, network, batch } = staged.workload;
  const requiredBytes = bytesOf(demandOfUnits(staged));
  const { usable } = layoutOf(hardware.memory);
  if (requiredBytes <= usable) return;
  const fitting = largestUnitBatch(staged);
  throw new DoesNotFitError({
    hardware: hardware.id,
    model: network.id,
    requiredBytes,
    availableBytes: usable,
    remedies: [
      ...(fitting > 0 && fitting < batch ? [`a batch of ${fitting}`] : []),
      `${Math.ceil(requiredBytes / usable)} such devices`,
    ],
  });
}

/** Most units that fit together: working memory grows with them. */
function largestUnitBatch(staged: StagedWorkload): number {
  const { usable } = layoutOf(staged.workload.hardware.memory);
  return largestWithin(usable, LARGEST, (batch) => bytesOf(demandOfUnits(staged, batch)));
}

/** The machine with weights and activations where they lie. */
export function placeUnits(staged: StagedWorkload): PlacedMachine {
  const { workload, machine } = staged;
  const layout = layoutOf(workload.hardware.memory);
  return { machine, memory: placeInMemory(layout, demandOfUnits(staged), machine.engine.activationBytes) };
}

/** Memory of a workload that fits. */
export function reportUnitMemory(staged: StagedWorkload): UnitMemoryReport {
  const layout = layoutOf(staged.workload.hardware.memory);
  const demand = demandOfUnits(staged);
  const { weightBytes, activationBytes } = demand;
  const totalBytes = bytesOf(demand);
  return {
    weightBytes,
    activationBytes,
    totalBytes,
    usableBytes: layout.usable,
    capacityBytes: layout.capacity,
    freeBytes: layout.usable - totalBytes,
    largestBatch: largestUnitBatch(staged),
    levels: residencyOf(layout, demand).map(({ level, weightBytes: held }) => ({
      name: level.name,
      weightBytes: held,
      bandwidth: level.bandwidth,
    })),
  };
}
