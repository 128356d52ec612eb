import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate, validate } from '../../src/index.js';
import { accuracyPoints } from '../../src/plot/accuracy.js';
import { type Axis, scaleOf, tickText } from '../../src/plot/axis.js';
import { alongStroke, overlap, textBox } from '../../src/plot/boxes.js';
import { labelRoom, placesAround, spread } from '../../src/plot/label-room.js';
import { linePlot } from '../../src/plot/line.js';
import { linearScale } from '../../src/plot/linear-scale.js';
import { memoryBars, memoryPlot } from '../../src/plot/memory.js';
import { nameEstimates } from '../../src/plot/naming.js';
import { paretoPlot } from '../../src/plot/pareto.js';
import { rooflineSvg } from '../../src/plot/roofline.js';
import { stackedBarsSvg } from '../../src/plot/stacked-bars.js';
import { shorten, textWidth } from '../../src/plot/text-width.js';
import { timeBars } from '../../src/plot/time.js';
import { byStrength, tornadoPlot } from '../../src/plot/tornado.js';
import { bars, lines, pareto, roofline, rooflines, tornado } from './samples.js';
import { checkPicture, elementsOf, readable, textsOf } from './svg-facts.js';

const whole = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('a linear axis', () => {
  it('begins at zero and ends at a round number', () => {
    expect(linearScale([3, 70], 0, 100)).toMatchObject({ least: 0, most: 80, ticks: [0, 20, 40, 60, 80] });
    expect(linearScale([-8.4, 7.6], 0, 100)).toMatchObject({ least: -10, most: 10, ticks: [-10, -5, 0, 5, 10] });
    expect(linearScale([0.3], 0, 100).ticks).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearScale([0], 0, 100)).toMatchObject({ least: 0, most: 1 });
  });

  it('holds every value, and has two to eight ticks', () => {
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 20 }), (values) => {
        const { place, ticks } = linearScale(values, 0, 1);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const value of [...values, ...ticks]) {
          expect(place(value)).toBeGreaterThanOrEqual(-1e-9);
          expect(place(value)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });
});

describe('an axis', () => {
  it.each([
    [[], 'there is nothing to draw for "rate"'],
    [[1, Number.NaN], '"rate" has a value that is no number: NaN'],
    [[1, Number.POSITIVE_INFINITY], '"rate" has a value that is no number: Infinity'],
    [[1, 0], 'a logarithmic axis cannot show 0, a value of "rate"; take a linear one'],
  ])('objects to %j', (values, message) => {
    expect(() => scaleOf({ name: 'rate', scale: 'log' }, values, 0, 1)).toThrow(message);
  });

  it('objects to a scale that there is not', () => {
    const axis = { name: 'rate', scale: 'lg' } as unknown as Axis;
    expect(() => scaleOf(axis, [1, 2], 0, 1)).toThrow('the axis "rate" has no scale "lg"; write "log" or "linear"');
  });

  it.each([
    [0.01, '0.01'],
    [2.5, '2.5'],
    [3000, '3,000'],
    [20_000, '20k'],
    [-5e6, '-5M'],
    [1e12, '1T'],
    [1e15, '1P'],
  ])('writes %d as %s', (value, text) => {
    expect(tickText(value)).toBe(text);
  });
});

describe('room for labels', () => {
  const bounds = { left: 0, top: 0, right: 300, bottom: 200 };

  it('gives no two labels places that overlap, and none outside or over a mark', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), (points) => {
        const room = labelRoom(bounds);
        const marks = points.map(({ x, y }) => ({ left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 }));
        room.block(...marks);
        const taken = points.flatMap(({ x, y }, index) => {
          const place = room.place(`name ${index}`, placesAround(x, y, 3));
          return place ? [{ box: textBox(`name ${index}`, place.x, place.y, place.anchor), place }] : [];
        });
        for (const [index, { box }] of taken.entries()) {
          expect(box.left >= 0 && box.top >= 0 && box.right <= 300 && box.bottom <= 200).toBe(true);
          expect(marks.some((mark) => overlap(mark, box))).toBe(false);
          for (const other of taken.slice(index + 1)) {
            expect(overlap(box, other.box)).toBe(false);
            const leader = other.place.leader;
            if (leader) expect(alongStroke(...leader, 3).some((stroke) => overlap(stroke, box))).toBe(false);
          }
        }
      }),
    );
  });

  it('leaves lines of the plot free as long as it can', () => {
    const room = labelRoom(bounds);
    const line = { left: 100, top: 80, right: 300, bottom: 120 };
    room.avoid(line);
    const place = room.place('name', placesAround(90, 100, 3));
    expect(place?.anchor).toBe('end');
    room.avoid(bounds);
    expect(room.place('name', placesAround(200, 100, 3))).toBeDefined();
  });

  it('spreads levels by the gap, in their order', () => {
    expect(spread([50, 52, 90], 17, 0, 100)).toEqual([50, 67, 90]);
    expect(spread([98, 99], 17, 0, 100)).toEqual([83, 100]);
    expect(spread([99, 98], 17, 0, 100)).toEqual([100, 83]);
  });
});

describe('the width of a text', () => {
  it('is at least that in a wide face', () => {
    // Advances of DejaVu Sans at 12 pixels, from its hmtx table: 2048 units to the em.
    expect(textWidth('m')).toBeGreaterThanOrEqual((12 * 1995) / 2048);
    expect(textWidth('i')).toBeGreaterThanOrEqual((12 * 569) / 2048);
    expect(textWidth('0')).toBeGreaterThanOrEqual((12 * 1303) / 2048);
  });

  it('grows with the text, and a long name is cut', () => {
    expect(textWidth('ab')).toBeCloseTo(textWidth('a') + textWidth('b'), 9);
    expect(shorten('x'.repeat(48))).toBe('x'.repeat(48));
    expect(shorten('x'.repeat(49))).toBe(`${'x'.repeat(47)}…`);
  });
});

describe('names of estimates', () => {
  const asked = { model: 'llama-2-7b', hardware: 'rtx-4090', engine: 'llama.cpp', weights: 'q4_0' };

  it('say what differs, and the heading what does not', () => {
    const { common, names } = nameEstimates('Memory', [estimate(asked), estimate({ ...asked, batch: 4 })]);
    expect(common.title).toBe('Memory: Llama 2 7B on rtx-4090');
    expect(common.subtitle).toBe('llama.cpp, q4_0 weights, f16 KV cache, 512 prompt + 128 output tokens');
    expect(names).toEqual(['batch 1', 'batch 4']);
  });

  it('are different, even of equal estimates', () => {
    const twice = estimate(asked);
    const { names } = nameEstimates('Memory', [twice, twice]);
    expect(names).toEqual(['rtx-4090', 'rtx-4090 (2)']);
  });

  it('need an estimate', () => {
    expect(() => memoryPlot([])).toThrow('there is no estimate to draw; give one or more');
  });
});

describe('the bars of an estimate', () => {
  const found = estimate({ model: 'llama-2-7b', hardware: 'rtx-4090', engine: 'llama.cpp', weights: 'q4_0' });

  it('of memory add up to the capacity', () => {
    const { panels, parts } = memoryBars(found);
    expect(parts).toHaveLength(5);
    const values = panels[0]?.bars[0]?.values ?? [];
    expect(panels[0]?.axis.unit).toBe('GB');
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(found.memory.capacityBytes / 1e9, 9);
  });

  it('of time add up to the time without overlap, and the mark is the time', () => {
    const [decode, prefill] = timeBars(found).panels;
    const [bar] = decode?.bars ?? [];
    expect(decode?.axis.unit).toBe('ms');
    expect(bar?.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(found.decode.noOverlap * 1e3, 9);
    expect(bar?.mark).toBeCloseTo(found.decode.seconds * 1e3, 9);
    expect(prefill?.bars[0]?.mark).toBeCloseTo((found.prefill.seconds / found.decode.seconds) * (bar?.mark ?? 0), 6);
  });
});

describe('predicted against measured', () => {
  const cells = {
    hardware_id: 'rtx-4090',
    model_id: 'llama-2-7b',
    engine: 'llama.cpp',
    weight_format: 'q4_0',
    metric: 'decode_tok_s',
    value: '150',
  };
  const found = validate([
    { line: 2, cells },
    { line: 3, cells: { ...cells, value: '160' } },
    { line: 4, cells: { ...cells, metric: 'prefill_tok_s', value: '9000' } },
    { line: 5, cells: { ...cells, model_id: 'no-such-model' } },
  ]);

  it('takes the metric with most rows, or the one that is named', () => {
    const { title, series } = accuracyPoints(found, { of: 'rows.csv' });
    expect(title).toBe('Predicted against measured: decode, rows.csv');
    expect(series.flatMap(({ points }) => points).map(({ x }) => x)).toEqual([150, 160]);
    expect(accuracyPoints(found, { metric: 'prefill_tok_s' }).series[0]?.points).toEqual([
      { x: 9000, y: found.rows[2]?.expected },
    ]);
  });

  it('says which metrics there are', () => {
    expect(() => accuracyPoints(found, { metric: 'watts' })).toThrow(
      'metric: no row of "watts" could be predicted; there are rows of decode_tok_s, prefill_tok_s',
    );
    expect(() => accuracyPoints(validate([]))).toThrow('plot: no row could be predicted');
  });
});

describe('a tornado', () => {
  it('has the strongest figure first', () => {
    expect(byStrength(tornado).map(({ name }) => name)).toEqual(['bandwidth of hbm', 'kernel overhead', 'f16 peak']);
  });
});

describe('names from outside', () => {
  const evil = `</text><script>"&'`;

  it.each([
    ['roofline', rooflineSvg({ ...roofline, title: evil })],
    ['rooflines', rooflineSvg({ ...rooflines, machines: rooflines.machines.map((own) => ({ ...own, name: evil })) })],
    [
      'lines',
      linePlot({
        ...lines,
        panels: lines.panels.map((own) => ({ ...own, series: own.series.map((one) => ({ ...one, name: evil })) })),
      }),
    ],
    ['bars', stackedBarsSvg({ ...bars, parts: bars.parts.map((part) => ({ ...part, name: evil })) })],
    ['tornado', tornadoPlot({ ...tornado, bars: tornado.bars.map((bar) => ({ ...bar, name: evil })) })],
    ['pareto', paretoPlot({ ...pareto, points: pareto.points.map((point) => ({ ...point, name: evil })) })],
  ])('are text in the plot %s, and nothing else', (_, svg) => {
    checkPicture(svg);
    expect(elementsOf(svg).some(({ name }) => name === 'script')).toBe(false);
    expect(textsOf(svg).some(({ text }) => text.includes(evil))).toBe(true);
    expect(elementsOf(svg).some((element) => readable(element).includes(evil))).toBe(true);
  });
});

describe('plots with much in them', () => {
  it('mark machines that share a colour differently, and say in the legend how', () => {
    const [machine] = roofline.machines;
    if (machine === undefined) throw new Error('the sample has a machine');
    const machines = Array.from({ length: 14 }, (_, index) => ({ ...machine, name: `machine ${index}` }));
    const svg = rooflineSvg({ ...rooflines, machines });
    const looks = [...svg.matchAll(/<circle class="(s\d \w+)"[^>]* r="5.5"/g)].map(([, look]) => look);
    expect(looks).toHaveLength(14);
    expect(new Set(looks).size).toBe(14);
    for (const look of looks) expect(svg).toMatch(new RegExp(`<circle class="${look}"[^>]* r="3.5"`));
  });

  it('span more decades than a ratio can', () => {
    const series = [{ name: 'all', points: [1e-300, 1, 1e300].map((x) => ({ x, y: x })) }];
    const y = { name: 'rate', scale: 'log' } as const;
    const svg = linePlot({ title: 'All', x: { ...y, name: 'batch' }, panels: [{ y, series }] });
    expect(svg).not.toMatch(/NaN|Infinity/);
    checkPicture(svg);
  });

  it('keep thirty lines apart, and thirty bars', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      name: `series ${index}`,
      points: [{ x: 1, y: 5 + index / 100 }],
    }));
    checkPicture(
      linePlot({ title: 'Many', x: lines.x, panels: [{ y: { name: 'rate', scale: 'linear' }, series: many }] }),
    );
    const rows = Array.from({ length: 30 }, (_, index) => ({
      name: `machine ${index}`,
      values: [1, 2, 3, 4],
      note: 'x',
    }));
    checkPicture(
      stackedBarsSvg({ ...bars, panels: [{ axis: { name: 'memory', unit: 'GB', scale: 'linear' }, bars: rows }] }),
    );
  });

  it('leave out names of points rather than put one over another', () => {
    const points = Array.from({ length: 200 }, (_, index) => ({
      name: `choice ${index}`,
      x: 100 + ((index * 37) % 90),
      y: 10 + ((index * 53) % 70),
      front: index % 9 === 0,
    }));
    checkPicture(paretoPlot({ ...pareto, points }));
  });
});
