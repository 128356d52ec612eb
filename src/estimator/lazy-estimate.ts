import { describeEngine, describeHardware, describeModel, describeWorkload } from './describe.js';
import type { Point } from './point.js';
import type {
  CostReport,
  DecodeReport,
  EnergyReport,
  Estimate,
  MemoryReport,
  PhaseReport,
  Prediction,
  PrefillReport,
  RequestReport,
  Warning,
} from './types.js';
import { assumptionsOf, warningsOf } from './warnings.js';

/**
 * An estimate whose parts are worked out when they are read: for sweeps, that want few of them. It holds the very figures
 * of the whole one, but is no plain data.
 */
export class LazyEstimate implements Estimate {
  readonly schemaVersion = 1;
  readonly #point: Point;

  constructor(point: Point) {
    this.#point = point;
  }

  get decode(): DecodeReport {
    return new LazyDecode(this.#point);
  }

  get prefill(): PrefillReport {
    return new LazyPrefill(this.#point);
  }

  get model(): Estimate['model'] {
    return describeModel(this.#point.setup);
  }

  get hardware(): Estimate['hardware'] {
    const { setup, prefill } = this.#point;
    return describeHardware(setup.setting, setup.peakBandwidth, prefill);
  }

  get engine(): Estimate['engine'] {
    return describeEngine(this.#point.setup.setting);
  }

  get workload(): Estimate['workload'] {
    return describeWorkload(this.#point.setup.setting, this.#point.load);
  }

  get request(): RequestReport {
    return this.#point.request;
  }

  get memory(): MemoryReport {
    return this.#point.memory;
  }

  get energy(): EnergyReport {
    return this.#point.energy;
  }

  get cost(): CostReport {
    // Absent where the machine has no price, as the optional field of an estimate.
    return this.#point.cost as CostReport;
  }

  get warnings(): readonly Warning[] {
    return warningsOf(this.#point);
  }

  get assumptions(): readonly string[] {
    return assumptionsOf(this.#point.setup.setting, this.#point.load);
  }
}

/** Everything of a phase but its speed. */
abstract class LazyPhase implements PhaseReport {
  protected abstract get report(): PhaseReport;

  get bound(): PhaseReport['bound'] {
    return this.report.bound;
  }
  get mbu(): number {
    return this.report.mbu;
  }
  get mfu(): number {
    return this.report.mfu;
  }
  get arithmeticIntensity(): number {
    return this.report.arithmeticIntensity;
  }
  get ridgePoint(): number {
    return this.report.ridgePoint;
  }
  get flops(): number {
    return this.report.flops;
  }
  get weightBytes(): number {
    return this.report.weightBytes;
  }
  get cacheBytes(): number {
    return this.report.cacheBytes;
  }
  get bytes(): number {
    return this.report.bytes;
  }
  get seconds(): number {
    return this.report.seconds;
  }
  get terms(): PhaseReport['terms'] {
    return this.report.terms;
  }
  get perfectOverlap(): number {
    return this.report.perfectOverlap;
  }
  get noOverlap(): number {
    return this.report.noOverlap;
  }
  get operators(): PhaseReport['operators'] {
    return this.report.operators;
  }
  get classes(): PhaseReport['classes'] {
    return this.report.classes;
  }
  get power(): PhaseReport['power'] {
    return this.report.power;
  }
}

class LazyDecode extends LazyPhase implements DecodeReport {
  readonly #point: Point;

  constructor(point: Point) {
    super();
    this.#point = point;
  }

  protected get report(): PhaseReport {
    return this.#point.decode;
  }
  get tokensPerSecond(): Prediction {
    return this.#point.tokensPerSecond;
  }
  get tokensPerSecondPerSequence(): Prediction {
    return this.#point.decodeRate;
  }
  get timePerOutputToken(): Prediction {
    return this.#point.timePerOutputToken;
  }
}

class LazyPrefill extends LazyPhase implements PrefillReport {
  readonly #point: Point;

  constructor(point: Point) {
    super();
    this.#point = point;
  }

  protected get report(): PhaseReport {
    return this.#point.prefill;
  }
  get timeToFirstToken(): Prediction {
    return this.#point.prefillSpeed.timeToFirstToken;
  }
  get tokensPerSecond(): Prediction {
    return this.#point.prefillSpeed.tokensPerSecond;
  }
}
