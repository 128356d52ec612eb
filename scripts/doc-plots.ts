import {
  batchLines,
  type Estimate,
  estimate,
  getHardware,
  type Hardware,
  linePlot,
  listHardware,
  memoryPlot,
  paretoPlot,
  rooflinePlot,
  timePlot,
  tornadoPlot,
  tryEstimate,
} from '../src/index.js';

/** A picture in docs/plots/. */
export interface DocPlot {
  readonly file: string;
  svg(): string;
}

const MACHINES = ['h100-sxm-80gb', 'rtx-4090', 'm2-ultra-76c'];
const WORKLOAD = { model: 'llama-3-8b', weights: 'q4_k_m' } as const;

/** The pictures of docs/plots.md. */
export const DOC_PLOTS: readonly DocPlot[] = [
  {
    file: 'roofline.svg',
    svg: () => rooflinePlot(estimate({ model: 'llama-3-8b', hardware: 'h100-sxm-80gb', weights: 'f16' })),
  },
  { file: 'rooflines.svg', svg: () => rooflinePlot(MACHINES.map((hardware) => estimate({ ...WORKLOAD, hardware }))) },
  { file: 'batch.svg', svg: () => linePlot(batchLines(MACHINES.map(runOf))) },
  {
    file: 'memory.svg',
    svg: () =>
      memoryPlot(
        MACHINES.map((hardware) =>
          estimate({ ...WORKLOAD, hardware, batch: 16, promptTokens: 8000, outputTokens: 192 }),
        ),
      ),
  },
  { file: 'time.svg', svg: () => timePlot(MACHINES.map((hardware) => estimate({ ...WORKLOAD, hardware }))) },
  { file: 'tornado.svg', svg: tornado },
  { file: 'pareto.svg', svg: pareto },
];

function runOf(hardware: string): readonly Estimate[] {
  return [1, 2, 4, 8, 16, 32, 64, 128].flatMap((batch) => {
    const outcome = tryEstimate({ ...WORKLOAD, hardware, batch });
    return outcome.ok ? [outcome.estimate] : [];
  });
}

/** What decode on a machine answers to a tenth less and a tenth more of a figure. */
function tornado(): string {
  const machine = getHardware('rtx-4090');
  const rateOf = (hardware: Hardware): number => estimate({ ...WORKLOAD, hardware }).decode.tokensPerSecond.expected;
  const usual = rateOf(machine);
  const answer = (hardware: Hardware): number => 100 * (rateOf(hardware) / usual - 1);
  const bars = [
    { name: 'bandwidth of the memory', change: scaleBandwidth },
    { name: 'peak of the arithmetic', change: scalePeaks },
    { name: 'clock', change: scaleClock },
  ].map(({ name, change }) => ({ name, low: answer(change(machine, 0.9)), high: answer(change(machine, 1.1)) }));
  return tornadoPlot({
    title: 'What decode answers to: Llama 3 8B on rtx-4090',
    subtitle: 'q4_k_m weights, batch 1, 512 prompt + 128 output tokens',
    x: { name: 'change of decode rate', unit: '%', scale: 'linear' },
    low: '10 % less',
    high: '10 % more',
    bars,
  });
}

function scaleBandwidth(machine: Hardware, factor: number): Hardware {
  const levels = Object.values(machine.memory).map((level) =>
    level.holds === 'weights' ? { ...level, bandwidth: factor * level.bandwidth } : level,
  );
  return { ...machine, memory: Object.fromEntries(levels.map((level) => [level.name, level])) };
}

function scalePeaks(machine: Hardware, factor: number): Hardware {
  const units = Object.values(machine.units).map((unit) => ({
    ...unit,
    peaks: unit.peaks.map((peak) => ({ ...peak, rate: factor * peak.rate })),
  }));
  return { ...machine, units: Object.fromEntries(units.map((unit) => [unit.name, unit])) };
}

function scaleClock(machine: Hardware, factor: number): Hardware {
  const units = Object.values(machine.units).map((unit) =>
    unit.clock === undefined ? unit : { ...unit, clock: factor * unit.clock },
  );
  return { ...machine, units: Object.fromEntries(units.map((unit) => [unit.name, unit])) };
}

const UNFAIR = ['no-engine', 'one-device-of-several'];

/** Machines that are sold, by price and decode rate. */
function pareto(): string {
  const choices = listHardware().flatMap((hardware) => {
    const { purchase } = hardware.price;
    const outcome = tryEstimate({ ...WORKLOAD, hardware });
    if (purchase === undefined || !outcome.ok) return [];
    // A bound that no engine reaches, or one device of a system that is sold as a whole, would be no fair choice.
    if (outcome.estimate.warnings.some(({ code }) => UNFAIR.includes(code))) return [];
    return [{ name: hardware.id, x: purchase, y: outcome.estimate.decode.tokensPerSecond.expected }];
  });
  return paretoPlot({
    title: 'Price and decode rate: Llama 3 8B, q4_k_m weights, batch 1',
    subtitle: `${choices.length} machines with a purchase price and an engine in the catalogue, each under its usual one`,
    x: { name: 'purchase price', unit: 'USD', scale: 'log' },
    y: { name: 'decode rate', unit: 'token/s', scale: 'log' },
    points: choices.map((choice) => ({
      ...choice,
      front: !choices.some(
        (other) => other.x <= choice.x && other.y >= choice.y && (other.x < choice.x || other.y > choice.y),
      ),
    })),
  });
}
