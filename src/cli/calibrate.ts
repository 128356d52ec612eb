import { InvalidScenarioError } from '../errors.js';
import { calibrate } from '../index.js';
import { calibrationJson, calibrationText } from '../report/calibration.js';
import { type MeasuredFlags, readMeasured } from './measured.js';
import { emit, writeTo } from './output.js';
import type { Terminal } from './terminal.js';

/** Flags of `roofcast calibrate`; `--out` names the engine file that it writes. */
export interface CalibrateFlags extends MeasuredFlags {
  readonly engine: string;
}

/** `roofcast calibrate`: an engine fitted to somebody's own rows. Returns whether any row could be used. */
export async function runCalibrate(file: string, flags: CalibrateFlags, terminal: Terminal): Promise<boolean> {
  const { rows, options } = await readMeasured(file, flags, terminal);
  const { engine, out, json } = flags;
  if (out === undefined) {
    throw new InvalidScenarioError('--out', out, 'no file is named for the engine', 'add --out my-engine.yaml');
  }
  const calibration = calibrate(rows, { ...options, engine: options.engine ?? engine });
  const used = calibration.classes.reduce((sum, own) => sum + own.rows, 0);
  if (used === 0) {
    for (const { line, message } of calibration.refused.slice(0, 10)) terminal.warn(`${file}:${line}: ${message}\n`);
    terminal.warn(`error: ${file} has no row that ${engine} can be fitted on\n`);
    return false;
  }
  const { calibratedEngineText } = await import('../node.js');
  await writeTo(out, calibratedEngineText(engine, calibration, { rows: used, file }));
  const shown = json ? { json } : {};
  await emit(
    {
      json: () => calibrationJson(calibration),
      text: (width) => calibrationText(calibration, { rows: rows.length, file: out }, width),
    },
    shown,
    terminal,
  );
  return true;
}
