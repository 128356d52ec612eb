import { SpecError } from '../../src/errors.js';
import { getEngine, getHardware, getModel } from '../../src/index.js';
import type { StudyResult, StudyRun } from '../../src/study/study-result.js';
import { parseStudy } from '../../src/study-file/read.js';
import { runStudy } from '../../src/study-file/run.js';

/** A study of everything that a study can have. */
export const study = `name: Cache and clock
question: What changes?
baseline:
  model: llama-2-7b
  hardware: h100-sxm-80gb
  engine: ideal
  weights: f16
variants:
  faster:
    about: Twice the bandwidth
    set: { hardware.memory.hbm.bandwidth: 2x }
  small: { set: { kv-cache: q8_0, output-tokens: 64 } }
axes:
  batch: [1, 8]
metrics:
  rate: decode.tokensPerSecond
  tpot: { formula: decode.timePerOutputToken, unit: ms/token }
expectations:
  - faster.rate > baseline.rate
  - { expect: rate > 100, of: [baseline, faster], at: { batch: 8 }, because: it is large }
`;

/** Reads and runs the text of a study with built-in specs. */
function run(text: string): StudyRun {
  return runStudy(parseStudy(text, { file: 'study.yaml' }), {
    hardware: getHardware,
    model: getModel,
    engine: getEngine,
  });
}

export function result(text: string): StudyResult {
  return run(text).result;
}

/** Messages of all problems of a study. */
export function problems(text: string): readonly string[] {
  try {
    run(text);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return [error, ...error.others].map(({ message }) => message);
  }
  throw new Error('nothing was refused');
}

/** The study with one passage replaced; the passage must be there, and once. */
export function changed(from: string, to: string): string {
  if (study.split(from).length !== 2) throw new Error(`"${from}" is not in the study once`);
  return study.replace(from, () => to);
}
