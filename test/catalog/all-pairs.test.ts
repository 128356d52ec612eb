/*
 * Every machine with every model, under the engine that is usual for it: numbers that are finite, or a clean refusal.
 * A short prompt and two tokens take every path that a long request takes; of models with equal dimensions and weight
 * format, such as fine-tunes, one stands for all.
 */
import { describe, expect, it } from 'vitest';
import { DoesNotFitError, InvalidScenarioError, listHardware, listModels, tryEstimate } from '../../src/index.js';
import type { Model } from '../../src/model/types.js';

const machines = listHardware();
const shapes = [...new Map(listModels().map((model) => [dimensionsOf(model), model])).values()];

function dimensionsOf({ id: _, name, vendor, aliases, released, published, ...dimensions }: Model): string {
  return JSON.stringify(dimensions);
}

describe('every machine with every model', () => {
  it('gives finite numbers, or says that it does not fit or that no tokens come of it', { timeout: 120_000 }, () => {
    let estimated = 0;
    const wrong: string[] = [];
    for (const model of shapes) {
      for (const hardware of machines) {
        const outcome = tryEstimate({ model, hardware, promptTokens: 8, outputTokens: 2 });
        const problem = outcome.ok ? firstStrange(outcome.estimate) : refusal(model, outcome.error);
        if (outcome.ok) estimated++;
        if (problem !== undefined) wrong.push(`${model.id} on ${hardware.id}: ${problem}`);
      }
    }
    expect(wrong).toEqual([]);
    // Large models do not fit small machines, and that is all: half of the pairs run.
    expect(estimated / (machines.length * shapes.length)).toBeGreaterThan(0.5);
  });
});

/** What is wrong with a refusal; undefined when it is one of the two that are right. */
function refusal(model: Model, error: Error): string | undefined {
  if (error instanceof DoesNotFitError) {
    const { requiredBytes, availableBytes } = error;
    return requiredBytes > availableBytes ? undefined : `needs ${requiredBytes} of ${availableBytes} and does not fit`;
  }
  const encodes = Object.values(model.layers).some(({ mixers }) =>
    mixers.some((mixer) => mixer.kind === 'attention' && mixer.span.kind === 'bidirectional'),
  );
  if (encodes && error instanceof InvalidScenarioError && error.message.includes('generates no tokens'))
    return undefined;
  return `${error.name}: ${error.message}`;
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
