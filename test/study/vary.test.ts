import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidScenarioError } from '../../src/errors.js';
import {
  type Change,
  type Changes,
  compare,
  estimate,
  estimateAny,
  explain,
  getEngine,
  getHardware,
  getModel,
  listEngines,
  listHardware,
  listModels,
  totalParameters,
  vary,
} from '../../src/index.js';
import { readChange } from '../../src/study/change.js';
import { valueAt } from '../../src/study/fields/field.js';
import { findField } from '../../src/study/find-field.js';
import { applySteps, fieldsOf } from '../../src/study/vary.js';
import { variationText } from '../../src/variation.js';

const h100 = getHardware('h100-sxm-80gb');
const llama = getModel('llama-3.1-8b');
const llamaCpp = getEngine('llama.cpp');

describe('a varied machine', () => {
  it.each<[string, Change, (machine: typeof h100) => unknown, unknown]>([
    ['memory.hbm.bandwidth', '4.8 TB/s', ({ memory }) => memory.hbm?.bandwidth, 4.8e12],
    ['memory.hbm.bandwidth', 4.8e12, ({ memory }) => memory.hbm?.bandwidth, 4.8e12],
    ['memory.hbm.bandwidth', '2x', ({ memory }) => memory.hbm?.bandwidth, 6.7e12],
    ['memory.hbm.bandwidth', 'x0.5', ({ memory }) => memory.hbm?.bandwidth, 1.675e12],
    ['memory.hbm.bandwidth', '+10 %', ({ memory }) => memory.hbm?.bandwidth, 3.685e12],
    ['memory.hbm.bandwidth', '-10%', ({ memory }) => memory.hbm?.bandwidth, 3.015e12],
    ['memory.hbm.capacity', '141 GB', ({ memory }) => memory.hbm?.capacity, 141e9],
    ['memory.hbm.usable', '1', ({ memory }) => memory.hbm?.usable, 1],
    ['memory.l2.holds', 'weights', ({ memory }) => memory.l2?.holds, 'weights'],
    ['units.gpu.features', 'dp4a, avx2', ({ units }) => units.gpu?.features, ['dp4a', 'avx2']],
    ['units.gpu.features', ['dp4a'], ({ units }) => units.gpu?.features, ['dp4a']],
    ['units.gpu.features', 'none', ({ units }) => units.gpu?.features, []],
    ['links.nvlink.in-network-reduction', true, ({ links }) => links.nvlink?.inNetworkReduction, true],
    ['links.nvlink.latency', '2 us', ({ links }) => links.nvlink?.latency, 2e-6],
    ['power.busy-floor', '225 W', ({ power }) => power.busyFloor, 225],
    ['power.busyFloor', '225 W', ({ power }) => power.busyFloor, 225],
    ['power.idle', 0, ({ power }) => power.idle, 0],
    ['power.per-byte.hbm', '32 pJ/B', ({ power }) => power.perByte.hbm, 32e-12],
    ['power.per-flop.f16', '0.5 pJ', ({ power }) => power.perFlop.f16, 0.5e-12],
    ['price.rental', '3.60 USD/h', ({ price }) => price.rental, 0.001],
    ['process', '3 nm', ({ processNode }) => processNode, 3e-9],
  ])('has %s at %s', (path, change, read, value) => {
    const varied = vary(h100, { [path]: change });
    expect(read(varied)).toEqual(value);
    expect(varied.id).toBe('h100-sxm-80gb');
    expect(varied.varied?.map((one) => one.path)).toEqual([path.replace('busyFloor', 'busy-floor')]);
  });

  it('is a new frozen object, and leaves the old one as it was', () => {
    const before = structuredClone(h100);
    const varied = vary(h100, { 'memory.hbm.bandwidth': '2x', 'units.gpu.count': '2x' });
    expect(h100).toEqual(before);
    for (const part of [varied, varied.memory, varied.memory.hbm, varied.units.gpu?.peaks, varied.varied]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(structuredClone(varied)).toEqual(varied);
  });

  it('addresses peaks by path, operands and sum, or all that begin so', () => {
    const rates = (changes: Changes) => vary(h100, changes).units.gpu?.peaks.map(({ rate }) => rate / 1e12);
    expect(rates({ 'units.gpu.peaks.matrix.f16.f32': '1 PFLOP/s' })?.slice(0, 3)).toEqual([1000, 989.4, 989.4]);
    expect(rates({ 'units.gpu.peaks.matrix.f16': '1 PFLOP/s' })?.slice(0, 3)).toEqual([1000, 1000, 989.4]);
    expect(rates({ 'units.gpu.peaks.matrix.int8': '4 POP/s' })?.[5]).toBe(4000);
    const doubled = rates({ 'units.gpu.peaks.matrix': '2x' });
    expect(doubled?.map((rate, index) => rate / ((h100.units.gpu?.peaks[index]?.rate ?? 0) / 1e12))).toEqual([
      2, 2, 2, 2, 2, 2, 1, 1, 1,
    ]);
  });

  it('takes the peaks of a unit with its cores and its clock, unless they are given', () => {
    const rate = (changes: Changes) => (vary(h100, changes).units.gpu?.peaks[0]?.rate ?? 0) / 1e12;
    expect(rate({ 'units.gpu.count': '2x' })).toBeCloseTo(2 * 989.4, 9);
    expect(rate({ 'units.gpu.count': 66 })).toBeCloseTo(989.4 / 2, 9);
    expect(rate({ 'units.gpu.clock': '990 MHz' })).toBeCloseTo(989.4 / 2, 9);
    expect(rate({ 'units.gpu.count': '2x', 'units.gpu.clock': '2x' })).toBeCloseTo(4 * 989.4, 9);
    expect(rate({ 'units.gpu.peaks.matrix.f16.f32': '1 PFLOP/s', 'units.gpu.count': '2x' })).toBe(1000);
    const varied = vary(h100, { 'units.gpu.clock': '+10 %' });
    expect(varied.units.gpu?.peaks[0]?.clock).toBeCloseTo(1.1 * 1830e6, 0);
    expect(varied.varied?.map(variationText)).toEqual(['units.gpu.clock 1.98 GHz -> 2.178 GHz, its peaks with it']);
  });

  it('says that a clock which was not stated takes nothing with it', () => {
    const varied = vary(getHardware('gb200-nvl72-186gb'), { 'units.gpu.clock': '2 GHz' });
    expect(varied.units.gpu?.peaks).toEqual(getHardware('gb200-nvl72-186gb').units.gpu?.peaks);
    expect(varied.varied?.map(variationText)).toEqual([
      'units.gpu.clock 2 GHz, and nothing with it, as it was not stated',
    ]);
  });

  it('is not assumed to be what somebody stated', () => {
    expect(h100.assumed).toContain('memory.hbm.usable');
    expect(vary(h100, { 'memory.hbm.usable': '0.9' }).assumed).not.toContain('memory.hbm.usable');
  });

  it('can be varied again, and says what it was at first', () => {
    const twice = vary(vary(h100, { 'memory.hbm.bandwidth': '4 TB/s' }), {
      'memory.hbm.bandwidth': '2x',
      'power.tdp': '500 W',
    });
    expect(twice.varied?.map(variationText)).toEqual([
      'memory.hbm.bandwidth 3.35 TB/s -> 8 TB/s',
      'power.tdp 700 W -> 500 W',
    ]);
    expect(twice.name).toBe('NVIDIA H100 SXM5 80 GB (varied)');
    const all = vary(vary(h100, { 'units.gpu.peaks': '2x' }), { 'units.gpu.peaks': '1.5x' });
    expect(all.varied?.map(variationText)).toEqual(['units.gpu.peaks x 3']);
  });

  it('is the same one when nothing is changed', () => {
    expect(vary(h100, {})).toBe(h100);
  });
});

describe('a varied network', () => {
  it('has other dimensions, other parameters, and no published count', () => {
    const deeper = vary(llama, { 'pattern.0.repeat': '2x' });
    const blocks = totalParameters(deeper) - totalParameters(llama);
    // 4096 x (4096 + 2 x 1024 + 4096) + 3 x 4096 x 14336 + 2 x 4096 in each of 32 further blocks.
    expect(blocks).toBe(32 * (4096 * (4096 + 2048 + 4096) + 3 * 4096 * 14336 + 2 * 4096));
    expect(llama.published.total).toBeDefined();
    expect(deeper.published).toEqual({});
    expect(vary(llama, { context: 1e6 }).published).toEqual(llama.published);
  });

  it('keeps values as wide as keys where they were', () => {
    const mixer = vary(llama, { 'layers.block.mixer.head-dim': 96 }).layers.block?.mixers[0];
    expect(mixer).toMatchObject({ headDim: 96, valueDim: 96 });
  });

  it('takes heads and key-value heads together, and refuses those that do not divide', () => {
    const both = { 'layers.block.mixer.kv-heads': 5, 'layers.block.mixer.heads': 40 };
    expect(vary(llama, both).layers.block?.mixers[0]).toMatchObject({ heads: 40, kvHeads: 5 });
    expect(() => vary(llama, { 'layers.block.mixer.kv-heads': 5 })).toThrow(
      'layers.block.mixer.kv-heads: 5 key-value heads do not divide the 32 heads of layer "block"; change both together',
    );
    expect(() => vary(getModel('mixtral-8x7b'), { 'layers.block.feed-forward.active': 9 })).toThrow(
      '9 active experts are more than the 8 of layer "block"',
    );
  });

  it('is released in another format', () => {
    const made = estimate({ model: vary(llama, { 'native-format': 'q4_0' }), hardware: h100, engine: 'ideal' });
    expect(made.workload.weights).toBe('q4_0');
  });
});

describe('a varied engine', () => {
  it('has another constant in one class, or in all that state it', () => {
    const one = vary(llamaCpp, { 'classes.cuda.constants.kernel-overhead': '1 us' });
    const all = vary(llamaCpp, { 'constants.memory-efficiency': 1, chunk: 1024 });
    expect(one.classes.filter(({ constants }) => constants.kernelOverhead === 1e-6).map(({ id }) => id)).toEqual([
      'cuda',
    ]);
    expect(new Set(all.classes.map(({ constants, chunk }) => [constants.memoryEfficiency, chunk].join()))).toEqual(
      new Set(['1,1024']),
    );
    expect(all.classes.map(({ constants }) => constants.cacheEfficiency)).toEqual(
      llamaCpp.classes.map(({ constants }) => constants.cacheEfficiency),
    );
  });
});

describe('an estimate of varied specs', () => {
  const varied = vary(h100, { 'memory.hbm.bandwidth': '2x' });
  const asked = { model: llama, hardware: varied, engine: 'ideal' } as const;

  it('follows the change: a bandwidth bound decode runs twice as fast', () => {
    const before = estimate({ ...asked, hardware: h100 }).decode.tokensPerSecond.expected;
    expect(estimate(asked).decode.tokensPerSecond.expected / before).toBeGreaterThan(1.9);
    expect(estimate(asked).decode.tokensPerSecond.expected / before).toBeLessThanOrEqual(2);
  });

  it('says each change', () => {
    const { assumptions, hardware } = estimate({
      ...asked,
      model: vary(llama, { vocabulary: 32000 }),
      engine: vary(getEngine('ideal'), { 'constants.memory-efficiency': 0.9 }),
    });
    expect(assumptions.slice(0, 3)).toEqual([
      'varied: h100-sxm-80gb memory.hbm.bandwidth 3.35 TB/s -> 6.7 TB/s',
      'varied: llama-3.1-8b vocabulary 128,256 -> 32,000',
      'varied: ideal constants.memory-efficiency 1 -> 0.9',
    ]);
    expect(hardware).toMatchObject({ name: 'NVIDIA H100 SXM5 80 GB (varied)', varied: varied.varied });
    expect(estimate({ ...asked, hardware: h100 }).assumptions.join()).not.toContain('varied');
  });

  it('does not cite a source for a figure that it does not state', () => {
    const sources = explain(estimate(asked)).terms.flatMap((term) => term.sources);
    const cited = sources.filter(({ figure }) => figure === 'h100-sxm-80gb memory.hbm.bandwidth');
    expect(cited.length).toBeGreaterThan(0);
    for (const { ref, kind } of cited) {
      expect(kind).toBe('assumed');
      expect(ref).toMatch(/^varied: memory\.hbm\.bandwidth 3\.35 TB\/s -> 6\.7 TB\/s; before: /);
    }
    const peaks = explain(estimate({ ...asked, hardware: vary(h100, { 'units.gpu.count': '2x' }) })).terms.flatMap(
      (term) => term.sources.filter(({ figure }) => figure.includes('peaks')),
    );
    expect(new Set(peaks.map(({ kind }) => kind))).toEqual(new Set(['assumed']));
  });

  it('stands beside the machine as it is', () => {
    const { entries } = compare({ ...asked, hardware: [h100, varied] });
    expect(entries[1]?.ok && entries[1].ratios?.decodeTokensPerSecond).toBeGreaterThan(1.9);
  });
});

describe('a path or value that is wrong', () => {
  it.each<[string, Change, string]>([
    [
      'memory.hmb.bandwidth',
      '4 TB/s',
      'h100-sxm-80gb has no figure "memory.hmb.bandwidth"; did you mean "memory.hbm.bandwidth"? "memory" has l2, hbm',
    ],
    ['hbm.bandwidth', '4 TB/s', 'did you mean "memory.hbm.bandwidth"?'],
    [
      'memory.hbm',
      '4 TB/s',
      '"memory.hbm" of h100-sxm-80gb is not a single figure; "memory.hbm" has capacity, bandwidth',
    ],
    ['units.gpu.peaks.matrix.int4', '2x', '"units.gpu.peaks.matrix" has f16, bf16, tf32, fp8, int8'],
    ['', '2x', 'it has year, process, compute-with, units, memory, links, power, price'],
    ['memory.hbm.bandwidth', '4 Tb/s', '"4 Tb/s" is in bits, not bytes; write TB/s; Tb/s are terabits'],
    ['memory.hbm.bandwidth', '4', '"4" has no unit; write it as in "3.35 TB/s"'],
    ['memory.hbm.bandwidth', '', '"" is not a bandwidth; write it as in "3.35 TB/s"'],
    ['memory.hbm.bandwidth', '80 GB', '"80 GB" is a capacity, expected a bandwidth'],
    ['memory.hbm.bandwidth', 0, '"0" is zero; write a value above zero'],
    ['memory.hbm.bandwidth', '0x', '"0x" of 3.35 TB/s is 0 B/s, and that is zero; write a value above zero'],
    ['memory.hbm.bandwidth', '1e-300 B/s', '"1e-300 B/s" is too small to be meant'],
    ['memory.hbm.bandwidth', -1, '"-1" is negative; a bandwidth is not'],
    ['memory.hbm.bandwidth', Number.NaN, '"NaN" is not finite'],
    ['memory.hbm.bandwidth', true, '"true" is neither a number nor a text'],
    ['memory.hbm.bandwidth', '10 %', '"10 %" is a percentage; write "+10 %" for so much more, "-10 %" for less'],
    ['memory.hbm.usable', '80 %', '"80 %" has a unit; write it as 0.8'],
    ['memory.hbm.usable', '2x', '"2x" of 0.95 is 1.9, and that is not a fraction; write a number from 0 to 1'],
    ['memory.hbm.technology', 'hmb', '"hmb" is not allowed; did you mean "hbm"?'],
    ['units.gpu.count', '1.1x', '"1.1x" of 132 is 145.2, and that is not a whole number'],
    ['units.gpu.peaks.matrix', '1 PFLOP/s', 'is one value for figures of several formats; multiply them, as in "2x"'],
    ['units.gpu.peaks.matrix.f16', '2 TOP/s', 'is a rate of integer operations, expected a rate of floating-point'],
    ['units.gpu.features', 'Dp4a;', 'is not a list of words'],
    ['links.nvlink.in-network-reduction', 'yes', '"yes" is neither true nor false'],
    ['power.busy-floor', '2x', 'h100-sxm-80gb does not state it, so there is nothing to take "2x" of; write a value'],
  ])('%s: %s', (path, change, message) => {
    const attempt = () => vary(h100, { [path]: change });
    expect(attempt).toThrow(InvalidScenarioError);
    expect(attempt).toThrow(message);
  });

  it('of a network', () => {
    expect(() => vary(llama, { 'native-format': 'q9' })).toThrow('"q9" is not a weight format');
    expect(() => vary(llama, { 'layers.block.mixer.kvheads': 4 })).toThrow(
      'did you mean "layers.block.mixer.kv-heads"',
    );
    expect(() => vary('llama-3.1-8b' as never, {})).toThrow('write getHardware(...)');
  });
});

describe('every field of every spec of the catalogue', () => {
  const specs = [...listHardware(), ...listModels(), ...listEngines()];

  it('has a path of its own, and a figure where one is stated', () => {
    for (const spec of specs) {
      const fields = fieldsOf(spec);
      expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
      for (const { places, type } of fields) {
        for (const place of places) {
          const value = valueAt(spec, place);
          if (value === undefined) continue;
          if (type.kind === 'quantity') expect([place, typeof value]).toEqual([place, 'number']);
          if (type.kind === 'choice') expect(type.options).toContain(value);
          if (type.kind === 'flag') expect(typeof value).toBe('boolean');
        }
      }
    }
  });

  it('says where its figures stand as their sources do', async () => {
    const { sourcesOf } = await import('../../src/index.js');
    const known = Object.keys(sourcesOf('hardware', 'm2-max-38c').figures).filter(
      (path) => !/busWidth|dataRate/.test(path),
    );
    const figures = fieldsOf(getHardware('m2-max-38c')).flatMap(({ places }) => places.map((place) => place.join('.')));
    for (const path of known) expect(figures).toContain(path);
  });

  it('doubles and halves back to what it was', () => {
    fc.assert(
      fc.property(fc.constantFrom(...listHardware()), fc.nat(), (machine, pick) => {
        const fields = fieldsOf(machine).filter(
          ({ type, places: [place = []] }) =>
            type.kind === 'quantity' && type.dimension !== 'fraction' && valueAt(machine, place) !== undefined,
        );
        const field = fields[pick % fields.length];
        if (field === undefined) return;
        const { varied, name, assumed, rumoured, ...others } = vary(vary(machine, { [field.path]: '2x' }), {
          [field.path]: '0.5x',
        });
        const { name: _, assumed: __, rumoured: ___, ...expected } = machine;
        // A multiple is kept to 15 digits.
        const rounded = (spec: object) =>
          JSON.stringify(spec, (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(14)) : value));
        expect(rounded(others)).toBe(rounded(expected));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the two steps of a sweep', () => {
  it('find a field once, and then only set it', () => {
    const fields = fieldsOf(h100);
    const field = findField(h100, fields, 'memory.hbm.bandwidth');
    const points = ['2 TB/s', '3 TB/s', '2x'].map((text) => ({ field, step: readChange(field, text) }));
    expect(points.map((step) => applySteps(h100, [step]))).toEqual([
      vary(h100, { 'memory.hbm.bandwidth': '2 TB/s' }),
      vary(h100, { 'memory.hbm.bandwidth': '3 TB/s' }),
      vary(h100, { 'memory.hbm.bandwidth': '2x' }),
    ]);
  });
});

describe('a memory of which the unit draws less than it gives', () => {
  const asked = { model: 'llama-2-7b', weights: 'f16' } as const;
  const m2 = getHardware('m2-ultra-76c');
  const doubtOf = (changes: Changes, more: object = {}) =>
    estimate({ ...asked, ...more, hardware: vary(m2, changes) })
      .warnings.filter(({ code }) => code === 'bandwidth-in-vain')
      .map(({ message }) => message);

  it('is said where its bandwidth was changed, with both figures and the one to change', () => {
    expect(doubtOf({ 'memory.unified.bandwidth': '2x' })).toEqual([
      'm2-ultra-76c: memory.unified.bandwidth is 1.6 TB/s, of which units.gpu.bandwidth lets through no more than 770 GB/s; change that as well',
    ]);
    expect(doubtOf({ 'units.gpu.bandwidth': '2x' })).toEqual([
      'm2-ultra-76c: units.gpu.bandwidth is 1.54 TB/s, of which memory.unified.bandwidth lets through no more than 800 GB/s; change that as well',
    ]);
    const { warnings } = estimateAny({
      ...{ model: 'resnet-50', engine: 'ideal' },
      hardware: vary(m2, { 'memory.unified.bandwidth': '2x', 'units.gpu.count': '64x' }),
    });
    expect(warnings.map(({ code }) => code)).toContain('bandwidth-in-vain');
  });

  it.each<[string, Changes, object]>([
    ['nothing was changed', {}, {}],
    ['something else was', { 'units.gpu.count': '2x' }, {}],
    ['the unit draws as much', { 'memory.unified.bandwidth': '2x', 'units.gpu.bandwidth': '1.6 TB/s' }, {}],
    ['the memory gives less', { 'memory.unified.bandwidth': '0.5x' }, {}],
    ['both were', { 'memory.unified.bandwidth': '4x', 'units.gpu.bandwidth': '2x' }, {}],
    ['the unit draws less', { 'units.gpu.bandwidth': '0.5x' }, {}],
    ['it does not bind', { 'memory.unified.bandwidth': '2x', 'units.gpu.count': 1 }, { batch: 64 }],
  ])('is not where %s', (_, changes, more) => {
    expect(doubtOf(changes, more)).toEqual([]);
  });

  it('has its rate explained by what the unit draws', () => {
    const bandwidths = (changes: Changes) => {
      const { terms } = explain(estimate({ ...asked, hardware: vary(m2, changes) }));
      const memory = terms.filter(({ phase, term }) => phase === 'decode' && term === 'M, memory');
      return memory
        .flatMap(({ sources }) => sources.map(({ figure }) => figure))
        .filter((one) => one.includes('bandw'));
    };
    expect(bandwidths({})).toEqual(['m2-ultra-76c units.gpu.bandwidth']);
    expect(bandwidths({ 'memory.unified.bandwidth': '2x' })).toEqual(['m2-ultra-76c units.gpu.bandwidth']);
    expect(bandwidths({ 'memory.unified.bandwidth': '0.5x' })).toEqual(['m2-ultra-76c memory.unified.bandwidth']);
  });
});
