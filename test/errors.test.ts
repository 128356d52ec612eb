import { describe, expect, it } from 'vitest';
import {
  DoesNotFitError,
  InvalidScenarioError,
  isRoofcastError,
  MissingFactError,
  QuantityError,
  RoofcastError,
  SpecError,
  UnknownIdError,
} from '../src/errors.js';

describe('an error says what is wrong and what to do', () => {
  const place = { file: 'a.yaml', line: 3, column: 14, path: 'power.tdp', value: '700', problem: '"700" has no unit' };

  it.each<[RoofcastError, string, string]>([
    [new QuantityError('700', 'has no unit', 'write "700 W"'), 'invalid-quantity', '"700" has no unit; write "700 W"'],
    [new QuantityError('NaN', 'is not finite'), 'invalid-quantity', '"NaN" is not finite'],
    [
      new SpecError({ ...place, remedy: 'write "700 W"' }),
      'invalid-spec',
      'a.yaml:3:14 power.tdp: "700" has no unit; write "700 W"',
    ],
    [new SpecError({ ...place, path: '' }), 'invalid-spec', 'a.yaml:3:14: "700" has no unit'],
    [new UnknownIdError('model', 'lama', ['llama']), 'unknown-id', 'no model has the id "lama"; did you mean "llama"?'],
    [new UnknownIdError('engine', 'x', []), 'unknown-id', 'no engine has the id "x"'],
    [
      new InvalidScenarioError('batch', -1, '-1 is not a whole number above zero', 'write 1 or more'),
      'invalid-scenario',
      'batch: -1 is not a whole number above zero; write 1 or more',
    ],
    [
      new DoesNotFitError({
        hardware: 'box',
        model: 'net',
        requiredBytes: 140e9,
        availableBytes: 76e9,
        remedies: ['2 devices', 'weights q4_0'],
      }),
      'does-not-fit',
      'net needs 140.0 GB and box has 76.00 GB: 64.00 GB short; it fits with 2 devices, or weights q4_0',
    ],
    [
      new DoesNotFitError({
        hardware: 'box',
        model: 'net',
        requiredBytes: 84.48e12,
        availableBytes: 8e9,
        remedies: [],
      }),
      'does-not-fit',
      'net needs 84.48 TB and box has 8.000 GB: 84.47 TB short',
    ],
    [
      new DoesNotFitError({
        hardware: 'box',
        model: 'net',
        requiredBytes: 8_655_123_000,
        availableBytes: 8_655_120_004,
        remedies: [],
      }),
      'does-not-fit',
      'net needs 8.655123 GB and box has 8.655120 GB: 2.996 kB short',
    ],
    [
      new MissingFactError('box', 'units.gpu.clock', 'the load limit'),
      'missing-fact',
      'box does not state units.gpu.clock, which is needed for the load limit',
    ],
  ])('%s', (error, code, message) => {
    expect(error).toMatchObject({ code, message });
    expect(error).toBeInstanceOf(RoofcastError);
    expect(error.name).toBe(error.constructor.name);
  });

  it('tells how many bytes are short', () => {
    const misfit = { hardware: 'box', model: 'net', requiredBytes: 3e9, availableBytes: 1e9, remedies: [] };
    expect(new DoesNotFitError(misfit)).toMatchObject({ ...misfit, shortBytes: 2e9 });
  });

  it('keeps its cause', () => {
    const cause = new Error('disk');
    expect(new RoofcastError('invalid-spec', 'no', { cause }).cause).toBe(cause);
  });
});

describe('isRoofcastError', () => {
  it('knows ours from others, also those of another copy of the library', () => {
    expect(isRoofcastError(new QuantityError('1', 'has no unit'))).toBe(true);
    expect(isRoofcastError(Object.assign(new Error('copy'), { [Symbol.for('roofcast.error')]: true }))).toBe(true);
    expect(isRoofcastError(new Error('other'))).toBe(false);
    expect(isRoofcastError('text')).toBe(false);
    expect(isRoofcastError(undefined)).toBe(false);
  });
});
