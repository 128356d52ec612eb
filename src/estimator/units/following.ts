import type { Seconds } from '../../quantities.js';
import type { OperatorTime } from '../../roofline/operator-time.js';
import { type MeasuredOperator, type PassTime, type Prepared, timeMeasured, type Visit } from '../pass-time.js';

/** How much longer a pass takes because its pieces follow one another through a spatial machine. */
export interface Following {
  /** `(L + P - 1) / P` for P pieces through L layers: the first crosses all of them, each further one leaves a layer later. */
  readonly stretch: number;
  /** Times that the hops of a layer are waited for. */
  readonly hops: number;
}

/**
 * Time of a pass on a machine that lays its layers out in space, each on a share of cores and memory. A layer begins with a
 * piece when the one before it has finished that piece: attention and norms see all of it.
 */
export function timeFollowing(
  prepared: Prepared,
  operators: readonly MeasuredOperator[],
  { stretch, hops }: Following,
  hop: Seconds,
  visit?: Visit,
): PassTime {
  const relay: Visit | undefined =
    visit && ((operator, work, time, place) => visit(operator, work, stretched(time, stretch), place));
  const time = timeMeasured(prepared, operators, relay);
  const scaled = (seconds: Seconds): Seconds => seconds * stretch + hops * hop;
  const { compute, dequantisation, memory, load, overhead } = time.terms;
  return {
    ...time,
    seconds: scaled(time.seconds),
    perfectOverlap: scaled(time.perfectOverlap),
    noOverlap: scaled(time.noOverlap),
    terms: {
      compute: compute * stretch,
      dequantisation: dequantisation * stretch,
      memory: memory * stretch,
      load: load * stretch,
      overhead: scaled(overhead),
    },
  };
}

function stretched(time: OperatorTime, stretch: number): OperatorTime {
  return {
    ...time,
    compute: time.compute * stretch,
    dequantisation: time.dequantisation * stretch,
    memory: time.memory * stretch,
    load: time.load * stretch,
    overhead: time.overhead * stretch,
    total: time.total * stretch,
  };
}
