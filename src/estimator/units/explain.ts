import { formatNumber, formatQuantity } from '../../format.js';
import {
  type Cite,
  citer,
  type ExplainedTerm,
  type Explanation,
  explainPhase,
  predicted,
  type SourceLookup,
} from '../explain.js';
import type { UnitEstimate } from './types.js';

const NOT_MODELLED = [
  'queueing and interference of other work on the machine, and the host that reads inputs and writes outputs',
  'algorithms for convolutions that take fewer products than they have (Winograd, FFT)',
  'what a network keeps beside the operator that runs, as the way down of a U-Net does for the way up',
  'schedulers of diffusion, choice of samples along a ray, and safety filters',
  'thermal limits below the power limit (laptops, phones), and clocks that vary between samples',
];

/** Every term of an estimate in images, frames, samples or sequences, stage by stage. */
export function explainUnits(estimate: UnitEstimate, lookup: SourceLookup): Explanation {
  const cite = citer(estimate, lookup);
  const { stages } = estimate;
  return {
    terms: [
      ...stages.flatMap((stage) => {
        const per = `${stage.runs} run${stage.runs === 1 ? '' : 's'} for the whole batch`;
        return explainPhase(estimate, stage, { phase: stage.name, per }, cite);
      }),
      ...explainSpeed(estimate, cite),
      explainMemory(estimate, cite),
      ...explainEnergy(estimate, cite),
      ...explainCost(estimate, cite),
    ],
    notModelled: NOT_MODELLED,
  };
}

function explainSpeed(
  { stages, engine, workload, unitsPerSecond, latency }: UnitEstimate,
  cite: Cite,
): ExplainedTerm[] {
  const times = stages.map(({ seconds }) => formatQuantity(seconds, 'duration')).join(' + ');
  const overhead = formatQuantity(engine.constants.requestOverhead, 'duration');
  return [
    predicted(
      'request',
      'latency',
      'from the start of a batch to its end',
      'sum of T over the stages + request overhead',
      `${times} + ${overhead}`,
      latency,
      's',
      cite('engine', [`classes.${engine.class}.constants.requestOverhead`]),
    ),
    predicted(
      'request',
      `${workload.unit}s per second`,
      'all of the batch together',
      'batch / latency',
      `${workload.batch} / ${formatQuantity(latency.expected, 'duration')}`,
      unitsPerSecond,
      `${workload.unit}/s`,
      cite('model', ['size', 'steps']),
    ),
  ];
}

function explainMemory({ memory, workload, hardware }: UnitEstimate, cite: Cite): ExplainedTerm {
  return {
    phase: 'memory',
    term: 'memory needed',
    meaning: `of ${formatQuantity(memory.usableBytes, 'bytes')} usable on ${hardware.id}`,
    formula: 'weights of all stages + input and output of the largest operator',
    substituted: `${formatQuantity(memory.weightBytes, 'bytes')} (${workload.weights}) + ${formatQuantity(memory.activationBytes, 'bytes')}`,
    value: memory.totalBytes,
    unit: 'B',
    sources: [
      ...cite(
        'hardware',
        memory.levels.flatMap(({ name }) => [`memory.${name}.capacity`, `memory.${name}.usable`]),
      ),
      ...cite('model', ['dimensions', 'stages']),
    ],
  };
}

function explainEnergy({ energy, workload, run }: UnitEstimate, cite: Cite): ExplainedTerm[] {
  const { unit } = workload;
  const parts = (['static', 'lanes', 'compute', 'memory'] as const).map(
    (part) => `${formatQuantity(energy.joules[part], 'energy')} ${part}`,
  );
  const sources = cite('hardware', ['power']);
  return [
    predicted(
      'energy',
      `joules per ${unit}`,
      `at the ${energy.scope}; ${energy.basis}`,
      'E = floor x T + lanes x time of kernels + instructions x e_i + matrix FLOPs x e_m + bytes x e_B',
      parts.join(' + '),
      energy.joulesPerUnit,
      `J/${unit}`,
      sources,
    ),
    predicted(
      'energy',
      'mean power',
      `at the ${energy.scope}`,
      'P = E / T',
      `${formatQuantity(run.power.joules.total, 'energy')} in ${formatQuantity(run.seconds, 'duration')}`,
      energy.watts,
      'W',
      sources,
    ),
  ];
}

function explainCost({ cost, workload }: UnitEstimate, cite: Cite): ExplainedTerm[] {
  if (!cost) return [];
  return [
    {
      phase: 'cost',
      term: `USD per thousand ${workload.unit}s`,
      meaning: cost.basis,
      formula: 'price of the machine x latency / batch x 1000',
      substituted: `${formatNumber(cost.usdPerHour)} USD/h`,
      value: cost.usdPerThousandUnits,
      unit: `USD/1000 ${workload.unit}s`,
      sources: cite('hardware', ['price']),
    },
  ];
}
