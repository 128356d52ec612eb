import { formatNumber, formatQuantity } from '../../format.js';
import { essentials, extentOf, INTENSITY, PERFORMANCE } from '../roofline.js';
import type { RooflineData, RooflineMachine, RooflinePhase } from '../roofline-data.js';
import { roofText, slopeText } from '../roofline-limits.js';
import { operatorText } from '../roofline-points.js';
import { type Chart, type ChartLine, type ChartMark, chartsText } from './chart.js';
import { signOf } from './fold.js';

/** A roofline plot as characters. */
export function rooflineChart(data: RooflineData, width: number): string {
  const machines = essentials(data.machines);
  const { x, y } = extentOf(machines);
  const [only] = machines;
  const isSingle = machines.length === 1 && only !== undefined;
  const chart: Chart = {
    x: INTENSITY,
    y: PERFORMANCE,
    extent: { x, y },
    lines: machines.flatMap((machine) => limitsOf(machine, x, y)),
    marks: isSingle ? marksOf(only) : machines.flatMap(marksAmong),
    legend: isSingle ? legendOf(only) : machines.flatMap(legendAmong),
  };
  return chartsText(data, [chart], width);
}

/** Slopes and roofs within the range of the plot; those that no phase runs below are dotted. */
function limitsOf(
  { roofs, slopes }: RooflineMachine,
  [left = 1, right = 1]: readonly number[],
  [lower = 1]: readonly number[],
): readonly ChartLine[] {
  const highest = Math.max(...roofs.map(({ flopsPerSecond }) => flopsPerSecond));
  const fastest = Math.max(...slopes.map(({ bytesPerSecond }) => bytesPerSecond));
  return [
    ...slopes.map(({ bytesPerSecond, main }) => {
      const [start, end] = [Math.max(left, lower / bytesPerSecond), Math.min(right, highest / bytesPerSecond)];
      const points = [start, end].map((x) => ({ x, y: x * bytesPerSecond }));
      return { points, dotted: !main };
    }),
    ...roofs.map(({ flopsPerSecond, used }) => {
      const start = Math.max(left, flopsPerSecond / fastest);
      return { points: [start, right].map((x) => ({ x, y: flopsPerSecond })), dotted: !used };
    }),
  ];
}

const markOf = (
  { arithmeticIntensity, flopsPerSecond }: { arithmeticIntensity: number; flopsPerSecond: number },
  sign: string,
): ChartMark => ({
  x: arithmeticIntensity,
  y: flopsPerSecond,
  sign,
});

/** Signs of the operators of decode and prefill, and of the phases themselves. */
const OPERATOR = { decode: 'd', prefill: 'p' } as const;
const PHASE = { decode: 'D', prefill: 'P' } as const;

function marksOf({ roofs, phases }: RooflineMachine): readonly ChartMark[] {
  return [
    ...roofs.map(({ ridgePoint, flopsPerSecond }) => ({ x: ridgePoint, y: flopsPerSecond, sign: '○' })),
    ...phases.flatMap(({ name, operators }) => operators.map((operator) => markOf(operator, OPERATOR[name]))),
    ...phases.map((phase) => markOf(phase, PHASE[phase.name])),
  ];
}

function legendOf({ roofs, slopes, phases }: RooflineMachine): readonly string[] {
  return [
    ...phases.map((phase) => `${PHASE[phase.name]} ${phase.name} ${achieved(phase)}`),
    ...phases.flatMap(({ name, operators }) =>
      operators.length === 0
        ? []
        : [`${OPERATOR[name]} ${name} by operator: ${operators.map(operatorText).join('; ')}`],
    ),
    `slopes: ${slopes.map(slopeText).join('; ')}`,
    `roofs (ridge points ○ in FLOP/byte): ${roofs.map((roof) => roofText(roof)).join('; ')}`,
  ];
}

function marksAmong({ phases }: RooflineMachine, index: number): readonly ChartMark[] {
  return phases.map((phase) => markOf(phase, signAmong(phase, index)));
}

/** Machines have a letter each, small for decode and large for prefill. */
function signAmong({ name }: RooflinePhase, index: number): string {
  return name === 'decode' ? signOf(index) : signOf(index).toUpperCase();
}

function legendAmong({ name, roofs, slopes, phases }: RooflineMachine, index: number): readonly string[] {
  const said = phases.map((phase) => `${signAmong(phase, index)} ${phase.name} ${achieved(phase)}`);
  return [`${name}: ${[...said, ...slopes.map(slopeText), ...roofs.map((roof) => roofText(roof))].join('; ')}`];
}

function achieved({ arithmeticIntensity, flopsPerSecond, low, high, bound }: RooflinePhase): string {
  const [least, most] = [low, high].map((rate) => formatQuantity(rate, 'FLOP rate'));
  return `${formatQuantity(flopsPerSecond, 'FLOP rate')} (${least} - ${most}) at ${formatNumber(arithmeticIntensity)} FLOP/byte, bound by ${bound}`;
}
