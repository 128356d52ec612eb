import { describe, expect, it } from 'vitest';
import {
  DoesNotFitError,
  type EstimateInput,
  estimate,
  explain,
  getHardware,
  isRoofcastError,
  tryEstimate,
} from '../../src/index.js';
import { engine, engineClass, level, machine, unit } from '../laws/hand-made.js';

const input: EstimateInput = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'ideal', weights: 'f16' };

function message(changes: Partial<EstimateInput>): string {
  const outcome = tryEstimate({ ...input, ...changes });
  return outcome.ok ? 'no error' : `${outcome.error.name}: ${outcome.error.message}`;
}

describe('an impossible number', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('as a batch of %s is refused', (batch) => {
    expect(message({ batch })).toMatch(/^InvalidScenarioError: batch: .* is not a whole number from 1 to/);
  });

  it('of tokens is refused under its own name', () => {
    expect(message({ promptTokens: 0 })).toContain('promptTokens: 0 is not a whole number');
    expect(message({ outputTokens: 0.5 })).toContain('outputTokens: 0.5 is not a whole number');
    expect(message({ cachedTokens: -1 })).toContain('cachedTokens: -1 is not a whole number from 0');
    expect(message({ threads: 0 })).toContain('threads: 0 is not');
    expect(message({ chunk: 0 })).toContain('chunk: 0 is not');
  });

  it('of devices is refused, and more than one for now', () => {
    expect(message({ devices: 0 })).toContain('devices: 0 is not a whole number from 1');
    expect(message({ devices: 2 })).toContain('only one device');
    expect(message({ devices: 1 })).toBe('no error');
  });

  it('in the price is refused', () => {
    expect(message({ price: { utilisation: 1.1 } })).toContain(
      'price.utilisation: 1.1 is not a number above 0 and up to 1',
    );
    expect(message({ price: { lifeYears: 0 } })).toContain('price.lifeYears: 0 is not a positive number');
  });
});

describe('a scenario that a compiler would refuse', () => {
  const refusal = (scenario: unknown): string => {
    const outcome = tryEstimate(scenario as EstimateInput);
    return outcome.ok ? 'no error' : `${outcome.error.name}: ${outcome.error.message}`;
  };

  it.each<[string, object, string]>([
    ['a misspelt field', { bach: 64 }, 'bach: a scenario has no field of this name; did you mean "batch"?'],
    ['a misspelt field without a value', { promtTokens: undefined }, 'did you mean "promptTokens"?'],
    ['a field of its own', { colour: 'red' }, 'allowed here: kind, model, hardware'],
    ['a misspelt field of the price', { price: { lifeYear: 2 } }, 'price.lifeYear: a price has no field of this name'],
    ['a price that is none', { price: 3 }, 'price: 3 is not an object'],
    ['no model', { model: undefined }, 'model: a model is missing'],
    ['no machine', { hardware: undefined }, 'hardware: a machine is missing; name one by its id'],
    ['a machine without anything', { hardware: {} }, 'hardware: an object without fields is not a machine'],
    ['the report of a machine', { hardware: estimate(input).hardware }, 'an object with id, name, unit, cores is not'],
    ['a model that is none', { model: [] }, 'model: a list of 0 is not a model'],
    ['an engine that is none', { engine: {} }, 'engine: an object without fields is not an engine'],
    ['bits for a weight format', { weights: 4 }, 'weights: 4 is not a weight format; name one by its id'],
    ['bits for a cache format', { kvCache: 8 }, 'kvCache: 8 is not text'],
    ['words for a truth', { flashAttention: 'maybe' }, 'flashAttention: "maybe" is not true or false'],
    ['text for a number', { batch: '4' }, 'batch: "4" is text, and not a whole number from 1'],
    ['text for a price', { price: { lifeYears: '4' } }, 'price.lifeYears: "4" is text, and not a positive number'],
    ['nothing for a number', { batch: null }, 'batch: null is not a whole number'],
  ])('for %s is refused', (_, changes, words) => {
    expect(refusal({ ...input, ...changes })).toContain(`InvalidScenarioError: `);
    expect(refusal({ ...input, ...changes })).toContain(words);
  });

  it.each([undefined, null, 'llama-2-7b', [input]])('because it is none is refused: %j', (scenario) => {
    expect(refusal(scenario)).toContain('is not a scenario');
  });

  it('takes every field that there is', () => {
    const { kind: _, ...asked } = { kind: 'generate', ...input };
    const full = { kind: 'generate', ...asked, backend: undefined, chunk: 512, flashAttention: true, devices: 1 };
    expect(refusal({ ...full, engineDate: '2025-01', price: { utilisation: 1 }, cachedTokens: 0 })).toBe('no error');
  });
});

describe('an estimate that is none', () => {
  it.each([{}, undefined, 3, input])('cannot be explained: %j', (estimated) => {
    expect(() => explain(estimated as never)).toThrow('is not an estimate; give what estimate() says');
  });
});

describe('a field of another kind of value', () => {
  it.each(['foo', '2024', '2024-13', '2024-5'])('is refused as a month: %s', (engineDate) => {
    expect(message({ engineDate })).toBe(
      `InvalidScenarioError: engineDate: "${engineDate}" is no month; write it as in 2024-05`,
    );
  });

  it('is a day for a month', () => {
    const asked: EstimateInput = { ...input, engine: 'llama.cpp' };
    const rate = (engineDate: string) => estimate({ ...asked, engineDate }).decode.tokensPerSecond.expected;
    // The last month of an era has days too.
    for (const month of ['2023-12', '2024-05', '2024-06']) expect(rate(`${month}-17`)).toBe(rate(month));
    expect(rate('2023-12')).not.toBe(rate('2024-06'));
  });
});

describe('a request beyond the context', () => {
  it('is refused with what was asked and what is possible', () => {
    expect(message({ promptTokens: 4000, outputTokens: 97 })).toBe(
      'InvalidScenarioError: promptTokens: 4000 prompt + 97 output tokens are 4097, and llama-2-7b was made for a ' +
        'context of 4096; ask for at most 4096 tokens in all',
    );
  });

  it('counts cached tokens too, and may fill the context', () => {
    expect(message({ cachedTokens: 4000, promptTokens: 64, outputTokens: 64 })).toContain('4000 cached + 64 prompt');
    expect(message({ promptTokens: 3999, outputTokens: 97 })).toBe('no error');
  });

  it('does not exist for a model without one', () => {
    expect(message({ model: 'mamba-2.8b', promptTokens: 1_000_000 })).toBe('no error');
  });
});

describe('an unknown name', () => {
  it('of a model, machine or engine comes with the nearest', () => {
    expect(message({ model: 'llama-2-7bb' })).toMatch(/^UnknownIdError: .*llama-2-7b/);
    expect(message({ hardware: 'h100-sxm-80' })).toMatch(/^UnknownIdError: .*h100-sxm-80gb/);
    expect(message({ engine: 'lama.cpp' })).toMatch(/^UnknownIdError: .*llama\.cpp/);
  });

  it('of a format comes with the nearest, or with all', () => {
    expect(message({ weights: 'q4_km' })).toMatch(/^InvalidScenarioError: weights: .* did you mean q4_k_m/);
    expect(message({ kvCache: 'q3' })).toMatch(/^InvalidScenarioError: kvCache: .* it is one of f16/);
  });

  it('of a back end comes with those of the engine', () => {
    const used = engine(engineClass({ backend: 'cuda' }), engineClass({ backend: 'metal' }));
    expect(message({ engine: used, backend: 'rocm' })).toContain(
      'backend: hand-made has no back end "rocm"; it has cuda, metal',
    );
  });
});

describe('an engine', () => {
  it('that does not drive the machine is refused with the interfaces of both', () => {
    const used = engine(engineClass({ backend: 'metal' }));
    expect(message({ engine: used })).toMatch(
      /engine: hand-made does not run on h100-sxm-80gb: it drives metal and the machine offers cuda, vulkan; name another/,
    );
  });

  it('that does not load the weights, or keep the cache, is refused with what it does', () => {
    const used = { ...engine(), weightFamilies: ['gguf'], kvFormats: ['f16', 'q8_0'] };
    expect(message({ engine: used })).toContain('weights: hand-made does not load f16 weights (float)');
    expect(message({ engine: used, weights: 'q4_0', kvCache: 'fp8' })).toContain(
      'kvCache: hand-made does not keep its cache in fp8; it keeps it in f16, q8_0',
    );
  });
});

describe('a machine', () => {
  it('without peaks, or without memory that holds weights, lacks a fact', () => {
    expect(message({ hardware: machine({ unit: unit({ peaks: [] }) }) })).toContain(
      'MissingFactError: hand-made does not state units.gpu.peaks',
    );
    expect(message({ hardware: machine({ memory: [level({ holds: 'cache' })] }) })).toContain(
      'MissingFactError: hand-made does not state a memory level that holds weights',
    );
  });
});

describe('a model that does not fit', () => {
  function refusal(changes: Partial<EstimateInput>): DoesNotFitError {
    const outcome = tryEstimate({ ...input, ...changes });
    if (outcome.ok || !(outcome.error instanceof DoesNotFitError)) throw new Error('it fits');
    return outcome.error;
  }

  it('says by how many bytes, and how many machines would do', () => {
    // Llama 3.1 405B: 405.85e9 weights of 2 bytes on an RTX 4090 with 24 GiB, 95 % usable
    const error = refusal({ model: 'llama-3.1-405b', hardware: 'rtx-4090' });
    const { usable = 1 } = getHardware('rtx-4090').memory.vram ?? {};
    expect(error.availableBytes).toBeCloseTo(24 * 2 ** 30 * usable, 0);
    expect(error.requiredBytes / 1e9).toBeCloseTo(811.7, -1);
    expect(error.shortBytes).toBe(error.requiredBytes - error.availableBytes);
    expect(error.remedies).toEqual([`${Math.ceil(error.requiredBytes / error.availableBytes)} such devices`]);
    expect(error.message).toContain('llama-3.1-405b needs');
    expect(error.code).toBe('does-not-fit');
  });

  it('fits with the widest narrower format that the engine loads', () => {
    expect(refusal({ model: 'llama-2-13b', hardware: 'rtx-4090' }).remedies).toEqual(['fp8 weights', '2 such devices']);
    const gguf = { ...engine(), weightFamilies: ['float', 'gguf'] };
    expect(refusal({ model: 'llama-2-13b', hardware: 'rtx-4090', engine: gguf }).remedies[0]).toBe('q8_0 weights');
  });

  it('fits with a smaller batch, the largest that does', () => {
    const { remedies } = refusal({ hardware: 'rtx-4090', batch: 64, promptTokens: 1000, outputTokens: 24 });
    const batch = Number(/a batch of (\d+)/.exec(remedies[0] ?? '')?.[1]);
    const fits = (size: number) => message({ hardware: 'rtx-4090', batch: size, promptTokens: 1000, outputTokens: 24 });
    expect(fits(batch)).toBe('no error');
    expect(fits(batch + 1)).toContain('DoesNotFitError');
  });

  it('is an error of ours, thrown by estimate and returned by tryEstimate', () => {
    const scenario: EstimateInput = { ...input, model: 'llama-3.1-405b', hardware: 'rtx-4090' };
    expect(() => estimate(scenario)).toThrow(DoesNotFitError);
    const outcome = tryEstimate(scenario);
    expect(!outcome.ok && isRoofcastError(outcome.error)).toBe(true);
  });
});
