/*
 * Every machine with every network, under the engine that is usual for it: numbers that are finite, or a clean refusal.
 * A short prompt and two tokens take every path that a long request takes; of models with equal dimensions and weight
 * format, such as fine-tunes, one stands for all.
 */
import { describe, expect, it } from 'vitest';
import {
  compareAny,
  DoesNotFitError,
  isUnitNetwork,
  kindOf,
  listHardware,
  listNetworks,
  type Network,
} from '../../src/index.js';

const machines = listHardware();
const shapes = [...new Map(listNetworks().map((model) => [dimensionsOf(model), model])).values()];

function dimensionsOf({ id: _, name, vendor, aliases, released, published, ...dimensions }: Network): string {
  return JSON.stringify(dimensions);
}

describe('every machine with every network', () => {
  it('gives finite numbers, or says that it does not fit', { timeout: 120_000 }, () => {
    let estimated = 0;
    const wrong: string[] = [];
    for (const model of shapes) {
      const { entries } = compareAny({ model, hardware: machines, ...loadOf(model) });
      for (const entry of entries) {
        const problem = entry.ok ? firstStrange(entry.estimate) : refusal(entry.error);
        if (entry.ok) estimated++;
        if (problem !== undefined) wrong.push(`${model.id} on ${entry.hardware}: ${problem}`);
      }
    }
    expect(wrong).toEqual([]);
    // Large models do not fit small machines, and that is all: half of the pairs run.
    expect(estimated / (machines.length * shapes.length)).toBeGreaterThan(0.5);
  });

  it('has networks of every kind among them', () => {
    const kinds = shapes.map((model) => `${kindOf(model)}${isUnitNetwork(model) ? ' in stages' : ''}`);
    expect([...new Set(kinds)].sort()).toEqual(['denoise in stages', 'encode', 'encode in stages', 'generate']);
  });
});

/** A short prompt and few tokens; networks of stages have a work of their own. */
function loadOf(model: Network) {
  if (isUnitNetwork(model)) return {};
  return kindOf(model) === 'generate' ? { promptTokens: 8, outputTokens: 2 } : { promptTokens: 8 };
}

/** What is wrong with a refusal; undefined when it is the one that is right. */
function refusal(error: Error): string | undefined {
  if (!(error instanceof DoesNotFitError)) return `${error.name}: ${error.message}`;
  const { requiredBytes, availableBytes } = error;
  return requiredBytes > availableBytes ? undefined : `needs ${requiredBytes} of ${availableBytes} and does not fit`;
}

/** The first number that is not finite, or the first value that says nothing. */
function firstStrange(value: unknown, path = 'estimate'): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object') return value === undefined ? `${path} is undefined` : undefined;
  for (const [key, part] of Object.entries(value ?? {})) {
    const strange = firstStrange(part, `${path}.${key}`);
    if (strange !== undefined) return strange;
  }
  return undefined;
}
