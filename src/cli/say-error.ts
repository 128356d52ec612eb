import { CommanderError } from 'commander';
import { InvalidScenarioError, isRoofcastError, SpecError } from '../errors.js';
import { errorJson, jsonText } from '../report/json.js';
import type { Terminal } from './terminal.js';

/** Says what went wrong on standard error, and on standard output as JSON where a document was asked for. */
export function sayError(error: unknown, args: readonly string[], terminal: Terminal): void {
  // Commander prints its own messages.
  if (!(error instanceof CommanderError)) {
    for (const line of linesOf(error)) terminal.warn(`${line}\n`);
    if (args.includes('--debug') && error instanceof Error) terminal.warn(`${error.stack}\n`);
    else if (!isRoofcastError(error))
      terminal.warn('this is a bug in roofcast; run again with --debug for the stack\n');
  }
  if (args.includes('--json')) terminal.write(jsonText({ error: errorData(error) }));
}

function linesOf(error: unknown): string[] {
  if (error instanceof SpecError) return [error, ...error.others].map(({ message }) => `error: ${message}`);
  if (error instanceof InvalidScenarioError) return [`error: ${withFlag(error)}`];
  if (isRoofcastError(error)) return [`error: ${error.message}`];
  const message = error instanceof Error ? error.message : String(error);
  return [`internal error: ${message.split('\n')[0]}`];
}

const fieldsWithFlags = [
  'hardware',
  'model',
  'engine',
  'backend',
  'weights',
  'kvCache',
  'batch',
  'promptTokens',
  'outputTokens',
  'cachedTokens',
  'steps',
  'width',
  'height',
  'threads',
  'devices',
  'metric',
  'shard',
  'workers',
  'resume',
  'format',
];

/** The library speaks of `promptTokens` where the user wrote `--prompt-tokens`. */
function withFlag({ field, message }: InvalidScenarioError): string {
  if (!fieldsWithFlags.includes(field) || !message.startsWith(`${field}:`)) return message;
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${message.slice(field.length)}`;
}

function errorData(error: unknown): Record<string, unknown> {
  if (!(error instanceof CommanderError)) return errorJson(error);
  return { name: 'UsageError', code: 'usage', message: error.message.replace(/^error: /, '') };
}
