import type { Seconds } from '../quantities.js';
import type { Machine } from '../roofline/machine.js';
import type { Demand } from '../roofline/memory-times.js';
import { costOf } from './cost.js';
import { energyOf, type PhasePower } from './energy.js';
import { addTimes, predictRate, predictTime, scalePrediction } from './interval.js';
import { reportMemory } from './memory.js';
import { reportPhase } from './phase-report.js';
import { type PhaseRun, phaseSeconds, powerPhase, runPhase, stepSeconds } from './phase-run.js';
import { type PhaseWork, workOf } from './phase-work.js';
import { bytesOf, contextOf } from './prepare.js';
import { decodeRun, prefillRuns, type Run } from './runs.js';
import { type Load, tokensOf } from './scenario.js';
import { type Placed, placedOf, type Setup } from './setup.js';
import type {
  CostReport,
  DecodeReport,
  EnergyReport,
  MemoryReport,
  Prediction,
  PrefillReport,
  PrefillSpeed,
  RequestReport,
} from './types.js';

/** A phase as it is expected to run, and its work on the physical bound of speed, which no power limits. */
interface PhaseResult {
  readonly run: PhaseRun;
  readonly best: PhaseWork;
}

/** Seconds of a mean decode step. */
interface StepTimes {
  readonly expected: Seconds;
  readonly ideal: Seconds;
}

type Open<Report> = { -readonly [Field in keyof Report]: Report[Field] };

/**
 * One load on a setup. Each quantity is worked out when it is first asked for, so that a sweep pays for what it wants, and
 * an estimate is nothing but all of them.
 */
export class Point {
  readonly setup: Setup;
  readonly load: Load;
  readonly demand: Demand;
  #placed: Placed | undefined;
  #decode: PhaseResult | undefined;
  #prefill: PhaseResult | undefined;
  #step: StepTimes | undefined;
  #prefillSpeed: PrefillSpeed | undefined;
  #request: RequestReport | undefined;
  #decodeReport: DecodeReport | undefined;
  #prefillReport: PrefillReport | undefined;
  #energy: EnergyReport | undefined;
  #cost: { readonly report: CostReport | undefined } | undefined;
  #memoryReport: MemoryReport | undefined;

  constructor(setup: Setup, load: Load) {
    this.setup = setup;
    this.load = load;
    this.demand = setup.demand(load.batch, contextOf(load, setup.leastContext), load.promptTokens);
  }

  /** What stands in the way of this load: too little memory, or a context that the model was not made for. */
  get obstacle(): 'memory' | 'context' | undefined {
    if (tokensOf(this.load) > this.setup.mostContext) return 'context';
    return bytesOf(this.demand) > this.setup.layout.usable ? 'memory' : undefined;
  }

  /** Tokens per second of one sequence. */
  get decodeRate(): Prediction {
    return this.#rateOf(1);
  }

  /** Of all sequences together. */
  get tokensPerSecond(): Prediction {
    return this.#rateOf(this.load.batch);
  }

  get timePerOutputToken(): Prediction {
    return inverse(this.decodeRate, 1);
  }

  get prefillSpeed(): PrefillSpeed {
    this.#prefillSpeed ??= this.#findPrefillSpeed();
    return this.#prefillSpeed;
  }

  get request(): RequestReport {
    this.#request ??= this.#findRequest();
    return this.#request;
  }

  get energy(): EnergyReport {
    this.#energy ??= energyOf(
      this.setup.setting,
      this.load,
      powersOf(this.#prefillPhase()),
      powersOf(this.#decodePhase()),
      this.request.latency,
    );
    return this.#energy;
  }

  /** Undefined where the machine has no price. */
  get cost(): CostReport | undefined {
    this.#cost ??= {
      report: costOf(this.setup.setting, this.load, this.request.latency.expected, this.#decodePhase().run.power.watts),
    };
    return this.#cost.report;
  }

  get memory(): MemoryReport {
    this.#memoryReport ??= reportMemory(this.setup.setting, this.load, this.demand);
    return this.#memoryReport;
  }

  /** The whole report of a phase, with every operator. */
  get decode(): DecodeReport {
    this.#decodeReport ??= this.#reportDecode();
    return this.#decodeReport;
  }

  get prefill(): PrefillReport {
    this.#prefillReport ??= this.#reportPrefill();
    return this.#prefillReport;
  }

  get #machines(): Placed {
    this.#placed ??= placedOf(this.setup, this.demand);
    return this.#placed;
  }

  #decodeRun(): Run {
    const { batch, cachedTokens, promptTokens, outputTokens } = this.load;
    return decodeRun(batch, cachedTokens + promptTokens, outputTokens);
  }

  #prefillRuns({ engine }: Machine): readonly Run[] {
    const { batch, promptTokens, cachedTokens } = this.load;
    return prefillRuns(batch, promptTokens, cachedTokens, engine.chunk);
  }

  #decodePhase(): PhaseResult {
    if (!this.#decode) {
      const { expected, ideal } = this.#machines;
      const runs = [this.#decodeRun()];
      this.#decode = { run: runPhase(expected, runs), best: workOf(ideal, runs) };
    }
    return this.#decode;
  }

  #prefillPhase(): PhaseResult {
    if (!this.#prefill) {
      const { expected, ideal } = this.#machines;
      const run = runPhase(expected, this.#prefillRuns(expected.machine));
      this.#prefill = { run, best: workOf(ideal, this.#prefillRuns(ideal.machine)) };
    }
    return this.#prefill;
  }

  #reportDecode(): DecodeReport {
    // Set one by one, as spreading so many numbers takes microseconds.
    const report = reportPhase(this.#decodePhase().run) as Open<DecodeReport>;
    report.tokensPerSecond = this.tokensPerSecond;
    report.tokensPerSecondPerSequence = this.decodeRate;
    report.timePerOutputToken = this.timePerOutputToken;
    return report;
  }

  #reportPrefill(): PrefillReport {
    const report = reportPhase(this.#prefillPhase().run) as Open<PrefillReport>;
    report.timeToFirstToken = this.prefillSpeed.timeToFirstToken;
    report.tokensPerSecond = this.prefillSpeed.tokensPerSecond;
    return report;
  }

  #rateOf(sequences: number): Prediction {
    this.#step ??= this.#findStep();
    const { expected, ideal } = this.#step;
    return predictRate(sequences / expected, sequences / ideal, this.setup.spreads.decode);
  }

  #findStep(): StepTimes {
    if (this.#decode) return { expected: this.#decode.run.power.seconds, ideal: this.#decode.best.cost.seconds };
    const { batch, cachedTokens, promptTokens, outputTokens } = this.load;
    const { expected, ideal } = this.#machines;
    const context = cachedTokens + promptTokens;
    return {
      expected: stepSeconds(expected, batch, context, outputTokens),
      ideal: stepSeconds(ideal, batch, context, outputTokens),
    };
  }

  #findPrefillSpeed(): PrefillSpeed {
    const { expected, ideal } = this.#machines;
    const { requestOverhead } = expected.machine.engine.constants;
    const seconds = this.#prefill?.run.power.seconds ?? phaseSeconds(expected, this.#prefillRuns(expected.machine));
    const best = this.#prefill?.best.cost.seconds ?? phaseSeconds(ideal, this.#prefillRuns(ideal.machine));
    const time = predictTime(seconds + requestOverhead, best, this.setup.spreads.prefill);
    const { batch, promptTokens } = this.load;
    return { timeToFirstToken: time, tokensPerSecond: inverse(time, batch * promptTokens) };
  }

  /** Time to first token, and a step for each further one. */
  #findRequest(): RequestReport {
    const { batch, outputTokens } = this.load;
    const { timeToFirstToken } = this.prefillSpeed;
    const latency =
      outputTokens === 1
        ? timeToFirstToken
        : addTimes(timeToFirstToken, scalePrediction(this.timePerOutputToken, outputTokens - 1));
    return { latency, outputTokensPerSecond: inverse(latency, batch * outputTokens) };
  }
}

function powersOf({ run, best }: PhaseResult): PhasePower {
  return { expected: run.power, best: powerPhase(best).power };
}

/** The rate `work / time`, with the bounds that swap places. */
function inverse({ expected, low, high, ideal, basis }: Prediction, work: number): Prediction {
  return { expected: work / expected, low: work / high, high: work / low, ideal: work / ideal, basis };
}
