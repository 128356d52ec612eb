import { describe, expect, it } from 'vitest';
import { lengthOf, valueAt } from '../../src/study/axis.js';
import { readAxis } from '../../src/study/axis-text.js';

const valuesOf = (text: string) => {
  const { name, axis } = readAxis(text);
  return [name, ...Array.from({ length: lengthOf(axis) }, (_, index) => valueAt(axis, index))];
};

describe('an axis of text', () => {
  it.each([
    ['batch=1,8,64', ['batch', 1, 8, 64]],
    ['batch=1:4', ['batch', 1, 2, 3, 4]],
    ['batch = 1 : 8 : 3', ['batch', 1, 4, 7]],
    ['price.lifeYears=0.5:1.5:0.5', ['price.lifeYears', 0.5, 1, 1.5]],
    ['promptTokens=log:128:512:3', ['promptTokens', 128, 256, 512]],
    ['price.lifeYears=linear:1:2:3', ['price.lifeYears', 1, 1.5, 2]],
    [
      'hardware.memory.hbm.bandwidth=linear:1 TB/s:3 TB/s:3',
      ['hardware.memory.hbm.bandwidth', '1 TB/s', '2 TB/s', '3 TB/s'],
    ],
    ['hardware.memory.hbm.bandwidth=1 TB/s, 2x', ['hardware.memory.hbm.bandwidth', '1 TB/s', '2x']],
    ['weights=q4_0,f16', ['weights', 'q4_0', 'f16']],
    ['flashAttention=true,false', ['flashAttention', true, false]],
    ['engineDate=2024-01-01', ['engineDate', '2024-01-01']],
    ['model=llama3:8b', ['model', 'llama3:8b']],
    ['weights=4', ['weights', '4']],
    ['hardware.units.gpu.count=66,132', ['hardware.units.gpu.count', 66, 132]],
  ])('%s', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
  });

  it.each([
    ['batch', /"batch" has no "="; write batch=1,8,64/],
    ['=1:4', /"=1:4" names no field; write batch=/],
    ['batch=', /axis batch: has no values; write/],
    ['batch=1,,2', /axis batch: "1,,2" has an empty value/],
    ['batch=1,few', /axis batch: "few" is not a number; write one such as 512/],
    ['price.lifeYears=long', /axis price.lifeYears: "long" is not a number/],
    ['flashAttention=true,maybe', /axis flashAttention: "maybe" is not true or false/],
    ['batch=8:1', /axis batch: no step of 1 leads from 8 to 1/],
    ['batch=1:8:0', /axis batch: no step of 0 leads from 1 to 8/],
    ['batch=1:2:3:4', /axis batch: "1:2:3:4" has more than two ends and a step; write batch=1:64:4/],
    ['batch=log:1:64', /axis batch: "log:1:64" has not two ends and a number of values; write batch=log:1:64:7/],
    ['batch=log:0:64:3', /axis batch: no values go from 0 to 64; give two numbers above 0/],
    ['batch=linear:1:64:0', /axis batch: 0 is no number of values from 1 to 64; ask for 1 or more/],
    ['hardware.memory.hbm.bandwidth=log:1 TB/s:900 GB/s:3', /axis .*: "1 TB\/s" and "900 GB\/s" are not in one unit/],
    [
      'hardware.memory.hbm.bandwidth=1 TB/s:8 TB/s:10',
      /is no range of plain numbers; with units write hardware.memory.hbm.bandwidth='linear:1 TB\/s:8 TB\/s:10'/,
    ],
  ])('refuses %s', (text, message) => {
    expect(() => readAxis(text)).toThrow(message);
  });
});
