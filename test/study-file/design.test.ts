import { describe, expect, it } from 'vitest';
import { getHardware } from '../../src/index.js';
import { readUnit } from '../../src/metric/dimension.js';
import { studyJson, studyText } from '../../src/report/study.js';
import { studyHtml } from '../../src/report/study-html.js';
import { studyMarkdown } from '../../src/report/study-markdown.js';
import { readChange } from '../../src/study/change.js';
import { valueAt } from '../../src/study/fields/field.js';
import { fieldsOf } from '../../src/study/vary.js';
import { unitOf } from '../../src/study-file/design-vocabulary.js';
import { problems, result } from './studies.js';

const text = `name: One sequence
baseline:
  model: llama-2-7b
  hardware: h100-sxm-80gb
  engine: ideal
  weights: f16
  prompt-tokens: 16
  output-tokens: 16
design:
  free:
    hardware.memory.hbm.bandwidth: { from: 1 TB/s, to: 8 TB/s }
    hardware.units.gpu.count: { from: 60, to: 260 }
  maximise: decode.tokensPerSecond
  where:
    budget: hardware.memory.hbm.bandwidth / (1 TB/s) + hardware.units.gpu.count / 60 <= 5
`;

function changed(from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`"${from}" is not in the study once`);
  return text.replace(from, () => to);
}

describe('a design under a budget', () => {
  const found = result(`${text}expectations: [design.decode.tokensPerSecond > baseline.decode.tokensPerSecond]\n`);
  const [best] = found.design?.best ?? [];

  it('finds the known optimum: the least cores, and all that is left for bandwidth', () => {
    expect(best?.figures['hardware.units.gpu.count']).toBe('60');
    expect(Number(best?.figures['hardware.memory.hbm.bandwidth']?.replace(' TB/s', ''))).toBeCloseTo(4, 1);
    expect(best?.shares.budget).toBeLessThanOrEqual(1);
    expect(best?.binds).toEqual(['budget']);
    expect(best?.atEnd).toEqual(['hardware.units.gpu.count']);
  });

  it('has the best design as a variant, to the same figures', () => {
    const row = found.cases.find(({ variant }) => variant === 'design');
    expect(row?.ok && row.values.rate).toBeCloseTo(best?.objective ?? 0, 9);
    expect(found.passed).toBe(true);
  });

  it.each([
    ['text', studyText(found, 100)],
    ['Markdown', studyMarkdown(found)],
    ['HTML', studyHtml(found, [])],
    ['JSON', JSON.stringify(studyJson(found))],
  ])('is told in %s', (_, report) => {
    expect(report).toContain('budget');
    expect(report).toMatch(/hbm\.bandwidth/);
    expect(report).toContain('TB/s');
    expect(report).not.toMatch(/NaN|undefined/);
  });
});

it('minimises, with several constraints', () => {
  const { design } = result(
    changed('maximise: decode.tokensPerSecond', 'minimise: prefill.timeToFirstToken').replace(
      'where:',
      'where:\n    fast: decode.tokensPerSecond >= 250',
    ),
  );
  expect(design?.best[0]?.shares.fast).toBeLessThanOrEqual(1);
  expect(design?.constraints.map(({ name }) => name)).toEqual(['fast', 'budget']);
});

it('says where no design keeps every constraint, and how many keep each', () => {
  const { design, passed, cases } = result(`${changed('<= 5', '<= 1')}expectations: [design.fits]\n`);
  expect(design?.best).toEqual([]);
  expect(design?.constraints[0]?.kept).toBe(0);
  expect(passed).toBe(false);
  const row = cases.find(({ variant }) => variant === 'design');
  expect(row?.ok === false && row.error.message).toMatch(/none of \d+ designs keeps every constraint.*budget 0/);
});

it.each(['h100-sxm-80gb', 'm2-ultra-76c', 'groq-lpu'])('has figures of %s in units that set them', (id) => {
  const hardware = getHardware(id);
  let settable = 0;
  for (const field of fieldsOf(hardware)) {
    const unit = unitOf(field);
    const [place] = field.places;
    const value = place && valueAt(hardware, place);
    if (unit === undefined || field.multiplesOnly === true || typeof value !== 'number') continue;
    settable++;
    expect(readChange(field, `${value} ${unit}`.trim()), field.path).toEqual({ kind: 'to', value });
    expect(readUnit(unit)?.unit.factor, unit).toBe(1);
  }
  expect(settable).toBeGreaterThan(5);
});

it('says of a network that no design holds what is missing', () => {
  const { design, cases } = result(changed('llama-2-7b', 'llama-2-70b'));
  expect(design).toBeUndefined();
  const row = cases.find(({ variant }) => variant === 'design');
  expect(row?.ok === false && row.error.code).toBe('does-not-fit');
});

it('tells names and truths as kept, without an edge', () => {
  const { design } = result(changed('    budget', `    slow: decode.bound == "memory"\n    budget`));
  expect(design?.best[0]?.shares.slow).toBe(0);
  expect(design?.best[0]?.binds).toEqual(['budget']);
});

describe('is refused at its place', () => {
  it.each([
    [
      'hardware.memory.hbm.bandwidth: {',
      'hardware.memory.hbm.bandwith: {',
      /^study\.yaml:11:5 .*did you mean "memory.hbm.bandwidth"/,
    ],
    ['hardware.units.gpu.count: {', 'model.layers: {', /^study\.yaml:12:5 .*not a figure of the machine/],
    ['from: 1 TB/s', 'from: 1 W', /^study\.yaml:11:5 .*bandwidth/],
    ['from: 1 TB/s', 'from: 1', /^study\.yaml:11:5 /],
    [
      'from: 1 TB/s, to: 8',
      'from: 9 TB/s, to: 8',
      /^study\.yaml:11:5 .*goes down, from 9 TB\/s to 8 TB\/s; write the lesser end first/,
    ],
    [
      'from: 60, to: 260',
      'from: 260, to: 60',
      /^study\.yaml:12:5 .*goes down, from 260 to 60; write the lesser end first/,
    ],
    [
      'maximise: decode.tokensPerSecond',
      'maximise: decode.tokensPerSecnd',
      /^study\.yaml:13:13 .*did you mean "decode.tokensPerSecond"/,
    ],
    ['maximise: decode.tokensPerSecond', 'maximise: -decode.tokensPerSecond', /^study\.yaml:13:13 .*above 0/],
    ['maximise: decode.tokensPerSecond', 'about: x', /^study\.yaml:/],
    ['  maximise: decode.tokensPerSecond\n', '', /states neither maximise nor minimise/],
    [
      'maximise: decode.tokensPerSecond',
      'maximise: decode.mbu\n  minimise: decode.mbu',
      /design\.minimise: stands beside maximise; keep one of the two/,
    ],
    ['/ (1 TB/s)', '', /^study\.yaml:15:46 .*cannot be added/],
    ['<= 5', '', /^study\.yaml:15:13 .*not true or false/],
    [
      'hardware.units.gpu.count / 60 <= 5',
      'hardware.units.gpu.cont / 60 <= 5',
      /^study\.yaml:15:56 .*did you mean "hardware.units.gpu.count"/,
    ],
    ['hardware.units.gpu.count / 60', 'cost.usdPerMillionOutputTokens / 0', /^study\.yaml:15:/],
    ['where:', 'wher:', /wher/],
  ])('%s as %s', (from, to, message) => {
    expect(problems(changed(from, to))[0]).toMatch(message);
  });

  it('more free figures than can be searched', () => {
    const levels = ['capacity', 'usable'].map((key) => `hardware.memory.hbm.${key}`);
    const powers = ['tdp', 'idle', 'busy-floor'].map((key) => `hardware.power.${key}`);
    const more = [...levels, ...powers].map((field) => `    ${field}: { from: 1, to: 2 }\n`).join('');
    expect(problems(changed('  maximise', `${more}  maximise`))[0]).toMatch(
      /^study\.yaml:11:5 .*frees 7 figures; 6 are/,
    );
  });

  it('a variant named design, and a free figure that is an axis', () => {
    expect(problems(`${text}variants: { design: { set: { batch: 2 } } }\n`)[0]).toMatch(
      /"design" means something else/,
    );
    const axes = 'axes: { hardware.units.gpu.count: [60, 70] }\n';
    expect(problems(`${text}${axes}`)[0]).toMatch(/^study\.yaml:12:5 .*is an axis as well/);
  });

  it('a baseline that is wrong, as without a design', () => {
    expect(problems(changed('llama-2-7b', 'llama-2-7x'))[0]).toMatch(/^study\.yaml:3:10 .*llama-2-7x/);
  });
});
