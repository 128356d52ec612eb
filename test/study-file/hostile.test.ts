import { describe, expect, it } from 'vitest';
import { changed, problems, study } from './studies.js';

const swap = (from: string, to: string): readonly [string, string] => [
  `${from} -> ${to}`.slice(0, 90),
  changed(from, to),
];
const add = (text: string): readonly [string, string] => [text.slice(0, 90), `${study}${text}`];
const whole = (text: string): readonly [string, string] => [text.slice(0, 60), text];

/** One more of a list of the study. */
const metric = (text: string) =>
  swap('  rate: decode.tokensPerSecond', `  rate: decode.tokensPerSecond\n  bad: ${text}`);
const expectation = (text: string) => add(`  - ${text}\n`);
const axis = (text: string) => swap('  batch: [1, 8]', `  batch: [1, 8]\n  ${text}`);
const variant = (text: string) => swap('axes:', `  bad: { set: { ${text} } }\naxes:`);

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  .concat(
    [...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
  )
  .join('\n');

const hostile: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'no study at all': [
    whole(''),
    whole('\n'),
    whole('42'),
    whole('- a\n- b'),
    whole('null'),
    whole('"text"'),
    whole('name: a'),
    whole('{}'),
    whole('a: b: c'),
    whole('\tname: a'),
    whole('name: "a'),
    whole('name: a\n---\nname: b'),
    whole('%YAML 9.9\n---\nname: a'),
    whole('name: !!js/function "x"'),
    whole('name: !custom x'),
    whole('\0'),
    whole('\ufeff\u200b{'),
    whole('name: a\nname: b'),
  ],
  'too large or too deep': [
    whole(bomb),
    whole(`name: &a [*a]`),
    whole(`baseline: &a { model: *a }`),
    whole('['.repeat(50_000)),
    whole('{a: '.repeat(50_000)),
    whole('- '.repeat(40_000)),
    whole('? '.repeat(40_000)),
    whole(Array.from({ length: 400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')),
    whole(`name: ${'a'.repeat(1_000_000)}`),
    whole(`a: &a 1\nb: [${'*a,'.repeat(30_000)}]`),
    swap('batch: [1, 8]', `batch: [${Array.from({ length: 9000 }, (_, index) => index + 1).join(',')}]`),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 1e6, step: 1 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 1e300, step: 1e-300 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 2, count: 1e15 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 1e6, count: 1000000, spacing: log }'),
    axis('prompt-tokens: { from: 1, to: 100000, count: 100 }\n  output-tokens: { from: 1, to: 1000, count: 100 }'),
    metric(`"${'1 + '.repeat(5000)}1"`),
    metric(`"${'('.repeat(400)}1${')'.repeat(400)}"`),
    expectation(`"${'not '.repeat(2000)}faster.fits"`),
  ],
  'names that mean something else': [
    swap('  faster:', '  __proto__:'),
    swap('  faster:', '  constructor:'),
    swap('  faster:', '  Faster:'),
    swap('  faster:', '  fast-er:'),
    swap('  faster:', '  baseline:'),
    swap('  faster:', '  decode:'),
    swap('  faster:', '  fits:'),
    swap('  faster:', '  min:'),
    swap('  faster:', '  s:'),
    swap('  faster:', '  and:'),
    swap('  faster:', '  "":'),
    swap('  faster:', '  1:'),
    swap('  rate: decode', '  __proto__: decode'),
    swap('  rate: decode', '  toString: decode'),
    swap('  rate: decode', '  faster: decode'),
    swap('  rate: decode', '  energy: decode'),
    swap('  rate: decode', '  GB: decode'),
    swap('  rate: decode', '  true: decode'),
    swap('  model: llama-2-7b', '  model: llama-2-7b\n  __proto__: { polluted: 1 }'),
    add('__proto__: { polluted: 1 }\n'),
    add('constructor: 1\n'),
    variant('__proto__: 1'),
    variant('constructor: 1'),
    variant('hardware.__proto__.polluted: 1'),
    variant('hardware.constructor: 1'),
    variant('model.__proto__: 1'),
    axis('__proto__: [1, 2]'),
    expectation('{ expect: rate > 1, at: { __proto__: 1 } }'),
  ],
  'unknown or wrong fields': [
    add('colour: green\n'),
    add('varaints: {}\n'),
    swap('  model: llama-2-7b', '  modell: llama-2-7b'),
    swap('  model: llama-2-7b', '  model: llama-2-7c'),
    swap('  model: llama-2-7b', '  model: [llama-2-7b]'),
    swap('  model: llama-2-7b', '  model:'),
    swap('  model: llama-2-7b', '  model: ../../../../etc/passwd'),
    swap('  hardware: h100-sxm-80gb', '  hardware: h10'),
    swap('  hardware: h100-sxm-80gb', '  hardware: { id: h100-sxm-80gb }'),
    swap('  engine: ideal', '  engine: idael'),
    swap('  engine: ideal', '  engine: 7'),
    swap('name: Cache and clock', 'name: "\\e[2J\\e[31mall expectations hold"'),
    swap('about: Twice the bandwidth', 'about: "\\b\\b\\b"'),
    expectation('{ expect: rate > 1, because: "\\e]0;x\\a" }'),
    swap('  weights: f16', '  weights: f15'),
    swap('  weights: f16', '  batch: many'),
    swap('  weights: f16', '  prompt-tokens: -1'),
    swap('  weights: f16', '  prompt-tokens: 1.5'),
    swap('  weights: f16', '  prompt-tokens: .nan'),
    swap('  weights: f16', '  prompt-tokens: .inf'),
    swap('  weights: f16', '  prompt-tokens: 1e400'),
    swap('  weights: f16', '  output-tokens: 1e12'),
    swap('  weights: f16', '  price: { life-years: -4 }'),
    swap('  weights: f16', '  price: { lifeyears: 4 }'),
    swap('  weights: f16', '  flash-attention: perhaps'),
    variant('weights: 16'),
    variant('memory.hbm.bandwidth: 2x'),
    variant('hardware.memory.hbm.bandwith: 2x'),
    variant('hardware.memory.hbm.bandwidth: 2'),
    variant('hardware.memory.hbm.bandwidth: 3 TBps'),
    variant('hardware.memory.hbm.bandwidth: 3 Tb/s'),
    variant('hardware.memory.hbm.bandwidth: 3 TB'),
    variant('hardware.memory.hbm.bandwidth: -3 TB/s'),
    variant('hardware.memory.hbm.bandwidth: 0x'),
    variant('hardware.memory.hbm.bandwidth: 1e999 TB/s'),
    variant('hardware.memory.hbm.bandwidth: NaN'),
    variant('hardware.memory.hbm.bandwidth: [1 TB/s]'),
    variant('hardware.: 2'),
    variant('model.hidden: a lot'),
    variant('engine.classes.all.constants.memory-efficiency: 2'),
    variant('batch: 4'),
    variant(''),
    swap('small: { set: { kv-cache: q8_0, output-tokens: 64 } }', 'small: { kv-cache: q8_0 }'),
    swap('small: { set: { kv-cache: q8_0, output-tokens: 64 } }', 'small: q8_0'),
  ],
  'axes that lead nowhere': [
    swap('batch: [1, 8]', 'batch: []'),
    swap('batch: [1, 8]', 'batch: 8'),
    swap('batch: [1, 8]', 'batch: [[1], 8]'),
    swap('batch: [1, 8]', 'batch: [null]'),
    swap('batch: [1, 8]', 'batch: [0]'),
    swap('batch: [1, 8]', 'batch: [1, -8]'),
    swap('batch: [1, 8]', 'batch: [.nan]'),
    swap('batch: [1, 8]', 'batch: [.inf]'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 8 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 8, count: 3, step: 2 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 8, count: 1 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 8, count: 2.5 }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 8, step: 0 }'),
    swap('batch: [1, 8]', 'batch: { from: 8, to: 1, step: 1 }'),
    swap('batch: [1, 8]', 'batch: { from: 0, to: 8, count: 3, spacing: log }'),
    swap('batch: [1, 8]', 'batch: { from: -1, to: 8, count: 3, spacing: log }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: 8, count: 3, spacing: cubic }'),
    swap('batch: [1, 8]', 'batch: { from: 1, to: .inf, count: 3 }'),
    swap('batch: [1, 8]', 'batch: { from: a, to: b, count: 3 }'),
    swap('batch: [1, 8]', 'hardware.power.tdp: { from: 400 W, to: 1 kW, count: 3 }'),
    swap('batch: [1, 8]', 'hardware.power.tdp: { from: 400 W, to: 700 W, step: 100 }'),
    swap('batch: [1, 8]', 'hardware.power.tdp: { from: 400 Wat, to: 700 Wat, count: 3 }'),
    swap('batch: [1, 8]', 'batches: [1, 8]'),
    swap('batch: [1, 8]', 'hardware.memory.hbm.bandwidth: [1 TB/s]'),
  ],
  'formulas that make no sense': [
    metric(''),
    metric('42 apples'),
    metric('[1, 2]'),
    metric('decode.tokensPerSecnd'),
    metric('{ formula: decode.mbu, unit: GB }'),
    metric('{ formula: decode.mbu, unit: furlongs }'),
    metric('{ formula: decode.seconds + memory.totalBytes }'),
    metric('{ formul: decode.mbu }'),
    metric('1 / 0'),
    metric('1e999'),
    metric('"__proto__"'),
    metric('decode.constructor'),
    metric('import("fs")'),
    metric('"x = 1"'),
    metric('later * 2\n  later: decode.mbu'),
    metric('bad * 2'),
    metric('faster.bad'),
    metric('slower.rate'),
    metric('decode.mbu > 1'),
    metric('|\n    decode.mbu +\n    nothing'),
    expectation('rate'),
    expectation('42'),
    expectation('true'),
    expectation('[rate > 1]'),
    expectation('{ expects: rate > 1 }'),
    expectation('{ expect: rate > 1 GB }'),
    expectation('{ expect: rate > 1, of: slower }'),
    expectation('{ expect: rate > 1, of: [] }'),
    expectation('{ expect: rate > 1, of: [baseline, slower] }'),
    expectation('{ expect: rate > 1, at: { batch: 2 } }'),
    expectation('{ expect: rate > 1, at: { batches: 1 } }'),
    expectation('{ expect: rate > 1, at: [1] }'),
    expectation('{ expect: faster.rate > baseline.rate, of: faster }'),
    expectation('faster.rate > slower.rate'),
    expectation('variant("faster").rate > 1'),
    expectation('variants.faster.rate > 1'),
    expectation('faster > baseline'),
    expectation('faster.rate > baseline'),
    expectation('baseline.baseline.rate > 1'),
    expectation('rate > 1 and'),
    expectation('"rate = 1"'),
    expectation('fits > 1'),
    expectation('1 < 2'),
  ],
};

/** Milliseconds after which something hangs; a refusal takes well under a second. */
const WITHIN = 5000;

const located = /^study\.yaml:\d+:\d+ .*\S: ./;
const locatedWhole = /^study\.yaml:\d+:\d+:? ./;

describe.each(Object.entries(hostile))('studies with %s are refused in place', (_, cases) => {
  it.each(cases)(
    '%j',
    (_shown, text) => {
      const found = problems(text);
      expect(found.length).toBeGreaterThan(0);
      for (const message of found) {
        expect(message).toMatch(locatedWhole);
        expect(message).not.toMatch(/undefined|\[object|NaN is/);
      }
    },
    WITHIN,
  );
});

it('no study changes what all objects have', () => {
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('a refusal says where, what and how to mend it', () => {
  it.each<[text: string, message: string]>([
    [
      changed('  model: llama-2-7b', '  modell: llama-2-7b'),
      '4:3 baseline.modell: "modell" is not a field; did you mean "model"?',
    ],
    [
      changed('  model: llama-2-7b', '  model: llama-2-7c'),
      '4:10 baseline.model: no model has the id "llama-2-7c"; did you mean "llama-2-7b"',
    ],
    [
      changed('hardware.memory.hbm.bandwidth: 2x', 'hardware.memory.hbm.bandwith: 2x'),
      'variants.faster.set.hardware.memory.hbm.bandwith: h100-sxm-80gb has no figure "memory.hbm.bandwith"; did you mean "memory.hbm.bandwidth"?',
    ],
    [changed('kv-cache: q8_0', 'kv_cache: q8_0'), '"kv_cache" is not a field of a scenario; did you mean "kv-cache"?'],
    [changed('[1, 8]', '[1, 8, -8]'), '14:17 axes.batch[2]: -8 is not a whole number from 1 to'],
    [
      changed('rate: decode.tokensPerSecond', 'rate: decode.tokensPerSecnd'),
      '16:9 metrics.rate: "decode.tokensPerSecnd" is not a figure of an estimate; did you mean "decode.tokensPerSecond"?',
    ],
    [
      changed('rate: decode.tokensPerSecond', 'rate: "1 + decode.seconds"'),
      '16:14 metrics.rate: "1" is a plain number and "decode.seconds" is in s: they cannot be added; write the unit, as in "1 s"',
    ],
    [
      changed('faster.rate > baseline.rate', 'faster.rate > baselin.rate'),
      '19:19 expectations[0]: "baselin.rate" is not a figure of an estimate; did you mean "baseline.rate"?',
    ],
    [
      changed('of: [baseline, faster]', 'of: [baseline, fastr]'),
      'expectations[1].of[1]: there is no variant "fastr"; did you mean "faster"?',
    ],
    [
      changed('at: { batch: 8 }', 'at: { batch: 9 }'),
      'expectations[1].at.batch: the axis has no value "9"; it has 1, 8',
    ],
    [
      changed('  faster:', '  decode:'),
      '9:3 variants.decode: "decode" means something else in formulas; take another name',
    ],
    [
      changed('batch: [1, 8]', 'batch: { from: 1, to: 1e6, step: 1 }'),
      '14:10 axes.batch: comes to 3000000 cases or more, with 3 variants and the axes before it; 10000 are the most',
    ],
  ])('%#', (text, message) => {
    const [first] = problems(text);
    expect(first).toContain(message);
    expect(first).toMatch(located);
  });
});

it('tells of a variant that is named as a figure that alone', () => {
  const text =
    'name: a\nbaseline: { model: llama-2-7b, hardware: h100-sxm-80gb }\nvariants: { decode: { set: { batch: 2 } } }\n';
  expect(problems(text)).toEqual([
    'study.yaml:3:13 variants.decode: "decode" means something else in formulas; take another name',
  ]);
});
