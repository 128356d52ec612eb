import type { ClassReport, OperatorReport, PhaseReport, PowerReport, TermSeconds } from '../types.js';

type Joules = PowerReport['joules'];

/** Stages one after the other as one phase. What binds it is what binds the stage that takes the longest. */
export function sumStages(stages: readonly PhaseReport[]): PhaseReport {
  const longest = stages.reduce((best, stage) => (stage.seconds > best.seconds ? stage : best));
  const total = (value: (stage: PhaseReport) => number): number => stages.reduce((sum, stage) => sum + value(stage), 0);
  const seconds = total((stage) => stage.seconds);
  const share = (value: (stage: PhaseReport) => number): number =>
    total((stage) => value(stage) * stage.seconds) / seconds;
  const flops = total((stage) => stage.flops);
  const bytes = total((stage) => stage.bytes);
  return {
    bound: longest.bound,
    mbu: share((stage) => stage.mbu),
    mfu: share((stage) => stage.mfu),
    arithmeticIntensity: flops / bytes,
    ridgePoint: longest.ridgePoint,
    flops,
    weightBytes: total((stage) => stage.weightBytes),
    cacheBytes: total((stage) => stage.cacheBytes),
    bytes,
    seconds,
    terms: sumTerms(stages),
    perfectOverlap: total((stage) => stage.perfectOverlap),
    noOverlap: total((stage) => stage.noOverlap),
    operators: sumOperators(stages),
    classes: sumClasses(stages),
    power: sumPower(stages, seconds),
  };
}

function sumTerms(stages: readonly PhaseReport[]): TermSeconds {
  const of = (term: keyof TermSeconds): number => stages.reduce((sum, { terms }) => sum + terms[term], 0);
  return {
    compute: of('compute'),
    dequantisation: of('dequantisation'),
    memory: of('memory'),
    load: of('load'),
    overhead: of('overhead'),
  };
}

/** Operators of one name and format, whatever their shapes; bound by what binds the longest of them. */
export function sumOperators(stages: readonly Pick<PhaseReport, 'operators'>[]): readonly OperatorReport[] {
  const merged = new Map<string, { sum: OperatorReport; longest: OperatorReport }>();
  for (const operator of stages.flatMap((stage) => stage.operators)) {
    const key = `${operator.name} ${operator.format ?? ''}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { sum: operator, longest: operator });
    else {
      const longest = operator.seconds > known.longest.seconds ? operator : known.longest;
      merged.set(key, { sum: addOperator(known.sum, operator, longest), longest });
    }
  }
  return [...merged.values()].map(({ sum }) => sum).toSorted((a, b) => b.seconds - a.seconds);
}

function addOperator(a: OperatorReport, b: OperatorReport, { bound }: OperatorReport): OperatorReport {
  const [flops, bytes] = [a.flops + b.flops, a.bytes + b.bytes];
  return {
    ...a,
    count: a.count + b.count,
    flops,
    bytes,
    seconds: a.seconds + b.seconds,
    arithmeticIntensity: bytes > 0 ? flops / bytes : 0,
    bound,
  };
}

function sumClasses(stages: readonly PhaseReport[]): readonly ClassReport[] {
  const operators = stages.flatMap((stage) => stage.operators);
  const names = [...new Set(operators.map((operator) => operator.class))];
  const total = (value: (operator: OperatorReport) => number, name?: OperatorReport['class']): number =>
    operators.reduce((sum, one) => (name === undefined || one.class === name ? sum + value(one) : sum), 0);
  const [flops, seconds] = [total((one) => one.flops), total((one) => one.seconds)];
  return names.map((name) => ({
    class: name,
    flopShare: total((one) => one.flops, name) / flops,
    timeShare: total((one) => one.seconds, name) / seconds,
  }));
}

function sumPower(stages: readonly PhaseReport[], seconds: number): PowerReport {
  const of = (part: keyof Joules): number => stages.reduce((sum, { power }) => sum + power.joules[part], 0);
  const joules = {
    static: of('static'),
    lanes: of('lanes'),
    compute: of('compute'),
    memory: of('memory'),
    total: of('total'),
  };
  return {
    watts: joules.total / seconds,
    limited: stages.some(({ power }) => power.limited),
    clock: stages.reduce((sum, stage) => sum + stage.power.clock * stage.seconds, 0) / seconds,
    joules,
  };
}
