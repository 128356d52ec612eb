/*
 * Where the figures of the catalogue come from, and whether they can be true together. The parser refuses what a single file
 * gets wrong; this holds the catalogue as a whole to more.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { specFiles } from '../../scripts/spec-files.js';
import { SpecError } from '../../src/errors.js';
import type { ComputeUnit, Hardware, Peak } from '../../src/hardware/types.js';
import { listEngines, listHardware, listModels, sourcesOf } from '../../src/index.js';
import { activeParameters, totalParameters } from '../../src/model/parameters.js';
import type { SourceKind } from '../../src/provenance.js';
import { parseHardware } from '../../src/spec/hardware.js';

const ID = /^[a-z0-9]+([._-][a-z0-9]+)*$/;
const machines = listHardware();
const models = listModels();

const figures = [
  ...machines.map(({ id, name }) => ({ id, name, sources: sourcesOf('hardware', id) })),
  ...models.map(({ id, name }) => ({ id, name, sources: sourcesOf('model', id) })),
].flatMap(({ id, name, sources }) =>
  Object.entries(sources.figures).map(([path, source]) => ({ id, name, path, ...source })),
);
const ofKind = (kind: SourceKind) => figures.filter((figure) => figure.kind === kind);

describe('every figure', () => {
  it('has a source that says where it was read, when, and how firm it is', () => {
    const bare = figures.filter(({ ref, date }) => ref.trim().length < 10 || !/^20\d\d(-\d\d){0,2}$/.test(date));
    expect(bare.map(({ id, path }) => `${id} ${path}`)).toEqual([]);
    for (const { id } of listEngines()) expect(sourcesOf('engine', id).figures).not.toEqual({});
  });

  it('of a machine is one that the file states: none comes without a source', () => {
    for (const { id, units, memory, links } of machines) {
      const paths = Object.keys(sourcesOf('hardware', id).figures);
      const wanted = [
        ...Object.values(units).flatMap((unit) => [
          `units.${unit.name}.count`,
          ...unit.peaks.map((_, index) => `units.${unit.name}.peaks.${index}.rate`),
        ]),
        ...Object.keys(memory).flatMap((name) => [`memory.${name}.capacity`, `memory.${name}.bandwidth`]),
        ...Object.keys(links).map((name) => `links.${name}.bandwidth`),
      ];
      expect(paths, id).toEqual(expect.arrayContaining(wanted));
    }
  });

  it('is assumed in at most one case of ten, of machines, of models and of all', () => {
    const assumed = ofKind('assumed');
    expect(assumed.length / figures.length).toBeLessThan(0.1);
    const hardware = new Set(machines.map(({ id }) => id));
    const among = (list: typeof figures) => list.filter(({ id }) => hardware.has(id)).length;
    expect(among(assumed) / among(figures)).toBeLessThan(0.1);
    expect((assumed.length - among(assumed)) / (figures.length - among(figures))).toBeLessThan(0.1);
  });

  it('is a rumour only where the name of the machine or model says that it was announced or rumoured', () => {
    const unsaid = ofKind('rumour').filter(({ name }) => !/\b(announced|rumoured)\)$/.test(name));
    expect(unsaid.map(({ id, path }) => `${id} ${path}`)).toEqual([]);
    for (const { id, name } of [...machines, ...models]) {
      if (!/\((announced|rumoured)\)$/.test(name)) continue;
      expect(
        ofKind('rumour').map((figure) => figure.id),
        name,
      ).toContain(id);
    }
  });
});

/** Specs that build upon no other: what they state is all there is. */
const files = specFiles('hardware-specs')
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  .filter(({ text }) => !/^extends:/m.test(text));

/** Places that a changed text is refused at. */
function refusedAt(text: string, file: string): string[] {
  try {
    parseHardware(text, { file });
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return [error, ...error.others].map(({ path }) => path);
  }
}

const doubled = (value: string) => {
  const [, digits = '', unit = ''] = /^([\d.e]+)(.*)$/.exec(value) ?? [];
  return `${2 * Number(digits)}${unit}`;
};

describe('figures that say the same thing twice', () => {
  it('agree: a peak for sparse operands given as dense is refused, in every file where clock and width are stated', () => {
    let checked = 0;
    const passed = files.filter(({ file, text }) => {
      const line = /\{ path: matrix, [^\n]*?value: ([^,]+), clock: [^\n]*per-clock: /.exec(text);
      const [peak = '', value = ''] = line ?? [];
      if (line === null || /sparsity:/.test(peak)) return false;
      checked++;
      return refusedAt(text.replace(peak, peak.replace(value, doubled(value))), file).length === 0;
    });
    expect(passed.map(({ file }) => file)).toEqual([]);
    expect(checked).toBeGreaterThan(80);
  });

  it('agree: a bandwidth that is not bus width times data rate is refused', () => {
    let checked = 0;
    const passed = files.filter(({ file, text }) => {
      const { memory } = parse(text) as { memory: Record<string, Record<string, { value?: string }>> };
      const [name, level] =
        Object.entries(memory).find(([, fields]) => fields['bus-width'] && fields['data-rate']) ?? [];
      const width = level?.['bus-width']?.value;
      if (width === undefined) return false;
      checked++;
      const changed = text.replace(`bus-width: { value: ${width}`, `bus-width: { value: ${doubled(width)}`);
      return !refusedAt(changed, file).includes(`memory.${name}.bandwidth`);
    });
    expect(passed.map(({ file }) => file)).toEqual([]);
    expect(checked).toBeGreaterThan(60);
  });
});

/** Dense peaks of one path and unit. */
const densePeaks = (unit: ComputeUnit, path: Peak['path']) =>
  unit.peaks.filter((peak) => peak.sparsity === 'dense' && peak.path === path && peak.issue === undefined);

/** Machines with rates that are no power of two apart, by format, and why. */
const oddSteps: Readonly<Record<string, { readonly formats: string; readonly why: string }>> = {
  'ascend-910b': { formats: 'bf16 f32', why: 'f16 at the boost clock, bf16 at 1800 MHz; printed apart' },
  'ascend-910c': { formats: 'bf16 f32', why: 'as the 910B' },
  'b300-sxm-288gb': { formats: 'int8 fp4', why: 'its die gave int8 up for more fp4' },
  gaudi3: { formats: 'bf16 fp8', why: 'f16 is slower than bf16, as its white paper prints' },
  'gb300-nvl72-288gb': { formats: 'int8 fp4', why: 'as the B300' },
  'intel-max-1550': { formats: 'tf32', why: 'measured, not a peak' },
  'rubin-sxm': { formats: 'fp8 fp4 int8', why: 'announced figures' },
  'samsung-galaxy-s24-npu': { formats: 'int8', why: 'f16 was measured' },
  'snapdragon-8-gen3': { formats: 'int8', why: 'f16 was measured' },
  'snapdragon-8-gen3-cpu': { formats: 'int8', why: 'f16 was measured' },
  'snapdragon-8-gen3-gpu': { formats: 'int8', why: 'f16 was measured' },
  trainium2: { formats: 'f32', why: 'printed so' },
  trainium3: { formats: 'fp8 fp4 f32', why: 'printed so' },
};

/** Formats whose rate is no power of two times that of 16 bits, to 4 %. */
function oddFormats(unit: ComputeUnit): string[] {
  const peaks = densePeaks(unit, 'matrix');
  const reference = peaks.find(({ format }) => format === 'f16' || format === 'bf16');
  if (reference === undefined) return [];
  return peaks
    .filter(({ rate }) => {
      const steps = Math.log2(rate / reference.rate);
      return Math.abs(steps - Math.round(steps)) > Math.log2(1.04);
    })
    .map(({ format }) => format);
}

describe('dense peaks of one matrix engine', () => {
  it('are powers of two apart from format to format, as multipliers are split, or the table says why not', () => {
    const odd = machines
      .map(({ id, units }) => [id, Object.values(units).flatMap(oddFormats).join(' ')] as const)
      .filter(([, formats]) => formats !== '');
    expect(odd).toEqual(Object.entries(oddSteps).map(([id, { formats }]) => [id, formats]));
  });
});

/** An id that ends like a number of cores and is none. */
const grades = ['ascend-910c'];

describe('the id of a machine', () => {
  it('is of lower-case words', () => {
    for (const { id } of machines) expect(id).toMatch(ID);
  });

  it('tells no other capacity than the spec does', () => {
    const wrong = machines.flatMap(({ id, memory }) => {
      const stated = Number(/-(\d+)gb(?:-|$)/.exec(id)?.[1]);
      const level = Object.values(memory).find(({ holds }) => holds === 'weights');
      const close = [1e9, 2 ** 30].some((unit) => Math.abs((level?.capacity ?? 0) / (stated * unit) - 1) < 0.005);
      return Number.isNaN(stated) || close ? [] : [`${id}: ${level?.capacity}`];
    });
    expect(wrong).toEqual([]);
  });

  it('tells no other number of cores than the spec does', () => {
    const wrong = machines.flatMap((machine) => {
      const stated = /-(\d+)c$/.exec(machine.id)?.[1];
      const count = unitOf(machine).count;
      return stated === undefined || Number(stated) === count ? [] : [machine.id];
    });
    expect(wrong).toEqual(grades);
  });

  it('ends with the unit that computes, where it names one', () => {
    for (const { id, computeWith } of machines) {
      const unit = /-(cpu|gpu|npu)$/.exec(id)?.[1];
      if (unit !== undefined) expect([id, computeWith]).toEqual([id, unit]);
    }
  });
});

function unitOf({ units, computeWith }: Hardware): ComputeUnit {
  const unit = units[computeWith];
  if (unit === undefined) throw new Error(`${computeWith} is no unit`);
  return unit;
}

/** Models that their vendors call smaller or larger than they are by more than a third. */
const misnamed = ['falcon3-1b'];

describe('the id of a model', () => {
  it('is of lower-case words', () => {
    for (const { id } of models) expect(id).toMatch(ID);
  });

  it('tells no other size than the dimensions give, beyond what vendors round', () => {
    const wrong = models.flatMap((model) => {
      const { total, active } = namedSizes(model.id);
      const fits =
        near(totalParameters(model), total) && (active === undefined || near(activeParameters(model), active));
      return fits ? [] : [model.id];
    });
    expect(wrong).toEqual(misnamed);
  });
});

/** Parameters that an id tells: `qwen3-30b-a3b`, `mixtral-8x7b`, `bloom-7b1`, `pythia-160m`. */
function namedSizes(id: string): { readonly total?: number; readonly active?: number } {
  const size = /(?:^|-)(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(\d)?(?=-|$)/.exec(id);
  const active = /-a(\d+(?:\.\d+)?)([bm])(?=-|$)/.exec(id);
  return {
    ...(size === null
      ? {}
      : { total: Number(size[1] ?? 1) * Number(`${size[2]}${size[4] ? `.${size[4]}` : ''}`) * unitOfSize(size[3]) }),
    ...(active === null ? {} : { active: Number(active[1]) * unitOfSize(active[2]) }),
  };
}

const unitOfSize = (letter: string | undefined) => (letter === 'b' ? 1e9 : 1e6);
const near = (counted: number, named: number | undefined) =>
  named === undefined || Math.abs(Math.log(counted / named)) < Math.log(4 / 3);
