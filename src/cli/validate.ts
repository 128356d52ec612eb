import { type Validation, validate } from '../index.js';
import { validationText } from '../report/validation.js';
import { type MeasuredFlags, readMeasured } from './measured.js';
import { emit } from './output.js';
import type { Terminal } from './terminal.js';

/** `roofcast validate`: predictions beside measured values. Returns whether any row was predicted. */
export async function runValidate(file: string, flags: MeasuredFlags, terminal: Terminal): Promise<boolean> {
  const { rows, options } = await readMeasured(file, flags, terminal);
  const found = validate(rows, options);
  sayRefused(file, found, terminal);
  await emit(
    { json: () => found, text: (width) => validationText(found, { name: file, rows }, width) },
    flags,
    terminal,
  );
  return found.summary.rows.ok > 0;
}

/** Refused rows that are named on standard error; the report and the JSON have all. */
const NAMED = 10;

/** Names the rows that are wrong; and where nothing could be predicted, every row and why. */
function sayRefused(file: string, { rows, summary }: Validation, terminal: Terminal): void {
  const refused = rows.filter(({ status }) => status === 'invalid' || (summary.rows.ok === 0 && status !== 'ok'));
  for (const { line, status, message } of refused.slice(0, NAMED)) {
    terminal.warn(`${file}:${line}: ${status}: ${message}\n`);
  }
  if (refused.length > NAMED) terminal.warn(`${file}: ${refused.length - NAMED} more rows like these\n`);
}
