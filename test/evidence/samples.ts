import { listEngines } from '../../src/catalog/engines.js';
import { listHardware } from '../../src/catalog/hardware.js';
import { listModels } from '../../src/catalog/models.js';
import type { Engine, EngineConstants } from '../../src/engine/types.js';
import { UnknownIdError } from '../../src/errors.js';
import { type Case, caseOf, type Specs } from '../../src/evidence/case.js';
import type { CasesByClass } from '../../src/evidence/cross-validate.js';
import type { Measurement, Metric, Phase } from '../../src/evidence/measurement.js';
import type { RowOptions } from '../../src/evidence/options.js';
import { predictCase } from '../../src/evidence/predict.js';
import type { Reading, Row } from '../../src/evidence/row.js';
import type { Hardware } from '../../src/hardware/types.js';

/** The decode row of a llama-bench table, as it stands in measurements/local.csv. */
export function row(more: Row = {}): Row {
  return {
    date: '2024-05',
    hardware_id: 'rtx-3070',
    device_count: '1',
    model_id: 'llama-3-8b',
    engine: 'llama.cpp',
    weight_format: 'q4_k_m',
    kv_format: 'f16',
    phase: 'decode',
    batch: '1',
    input_tokens: '0',
    output_tokens: '512',
    metric: 'decode_tok_s',
    value: '72.79',
    options: 'backend=cuda;fa=off',
    ...more,
  };
}

/** A test in a flat form: its options among the fields, its phase the usual one of its metric. */
export type Test = Partial<Omit<Measurement, 'options'> & RowOptions>;

const PHASE_OF: Readonly<Partial<Record<Metric, Phase>>> = {
  prefill_tok_s: 'prefill',
  ttft_ms: 'prefill',
  total_tok_s: 'request',
  latency_s: 'request',
};

const NO_OPTIONS: RowOptions = {
  backend: 'cuda',
  threads: undefined,
  chunk: undefined,
  flashAttention: false,
  cachedTokens: 0,
  fileBytes: undefined,
  powerLimit: undefined,
  powerScope: undefined,
  host: undefined,
  powerStatistic: undefined,
  measuredTokensPerSecond: undefined,
  steadyTokensPerSecond: undefined,
  staticBatch: false,
  split: undefined,
  fixedContext: undefined,
};

/** What `row` says. */
export function measurement(more: Test = {}): Measurement {
  const options = Object.fromEntries(
    Object.entries(NO_OPTIONS).map(([name, value]) => [name, name in more ? more[name as keyof RowOptions] : value]),
  ) as unknown as RowOptions;
  const own = Object.fromEntries(Object.entries(more).filter(([name]) => !(name in NO_OPTIONS)));
  return {
    hardware: 'rtx-3070',
    model: 'llama-3-8b',
    engine: 'llama.cpp',
    weights: 'q4_k_m',
    kvCache: 'f16',
    phase: PHASE_OF[more.metric ?? 'decode_tok_s'] ?? 'decode',
    metric: 'decode_tok_s',
    value: 72.79,
    batch: 1,
    inputTokens: 0,
    outputTokens: 512,
    options,
    date: '2024-05',
    ...own,
  };
}

export const DECODE: Test = { metric: 'decode_tok_s', inputTokens: 64, outputTokens: 128 };
export const PREFILL: Test = { metric: 'prefill_tok_s', inputTokens: 512, outputTokens: 1 };
export const TOTAL: Test = { metric: 'total_tok_s', inputTokens: 128, outputTokens: 128, batch: 8 };
export const FIRST_TOKEN: Test = { metric: 'ttft_ms', inputTokens: 1024, outputTokens: 1 };

function find<T extends { readonly id: string }>(kind: UnknownIdError['kind'], items: readonly T[], id: string): T {
  const found = items.find((item) => item.id === id);
  if (!found) throw new UnknownIdError(kind, id, []);
  return found;
}

export const catalogue: Specs = {
  hardware: (id) => find('hardware', listHardware(), id),
  model: (id) => find('model', listModels(), id),
  engine: (id) => find('engine', listEngines(), id),
};

/** Models of the catalogue on machines and an engine made by hand. */
export function workshop(engine: Engine, machines: readonly Hardware[]): Specs {
  return {
    hardware: (id) => find('hardware', machines, id),
    model: catalogue.model,
    engine: (id) => find('engine', [engine], id),
  };
}

export function accepted(result: Reading<Case>): Case {
  if (!result.ok) throw new Error(`refused: ${result.refusal.message}`);
  return result.value;
}

export function refusal(more: Test, specs = catalogue): string | undefined {
  const result = caseOf(measurement(more), specs);
  return result.ok ? undefined : result.refusal.reason;
}

/** One stream of a model in 16 bits on a machine under the engine of `workshop`, and no more said. */
export function onWorkshop(specs: Specs, test: Test): Case {
  return accepted(
    caseOf(
      measurement({
        engine: 'hand-made',
        weights: 'f16',
        backend: undefined,
        flashAttention: undefined,
        date: undefined,
        ...test,
      }),
      specs,
    ),
  );
}

/** The case as if the machine had given `value`. */
export function withValue(found: Case, value: number): Case {
  return { ...found, measurement: { ...found.measurement, value } };
}

/** The case as if the engine had these constants, and the clock were exact. */
export function asIf(found: Case, constants: EngineConstants): Case {
  return withValue(found, predictCase(found, constants));
}

export function byClass(cases: readonly Case[]): CasesByClass {
  const classes = new Map<string, Case[]>();
  for (const found of cases) {
    const { id } = found.workload.engineClass;
    classes.set(id, [...(classes.get(id) ?? []), found]);
  }
  return classes;
}
