import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/errors.js';
import { parseHardware } from '../../src/spec/hardware.js';
import { changed, machine, problemsOf } from './samples.js';

const refusals = (text: string) => problemsOf(() => parseHardware(text, { file: 'specs/box.yaml' }));

describe('a mistake in a machine is located, named and mended', () => {
  it.each<[string, string, string, string]>([
    [
      'a spelling of the unit',
      '3.35 TB/s',
      '3.35 TBps',
      'specs/box.yaml:21:25 memory.hbm.bandwidth: "3.35 TBps" is not a bandwidth; write it as "3.35 TB/s"',
    ],
    [
      'bits for bytes',
      '3.35 TB/s',
      '26.8 Tb/s',
      'specs/box.yaml:21:25 memory.hbm.bandwidth: "26.8 Tb/s" is in bits, not bytes; write TB/s; Tb/s are terabits',
    ],
    ['a missing unit', '700 W', '700', 'specs/box.yaml:24:38 power.tdp: "700" has no unit; write it as in "700 W"'],
    [
      'a missing number',
      '3.35 TB/s',
      'TB/s',
      'specs/box.yaml:21:25 memory.hbm.bandwidth: "TB/s" has no number; write it as in "3.35 TB/s"',
    ],
    [
      'a negative bandwidth',
      '3.35 TB/s',
      '-3.35 TB/s',
      'specs/box.yaml:21:25 memory.hbm.bandwidth: "-3.35 TB/s" is negative; a bandwidth is not',
    ],
    [
      'a wrong dimension',
      '80 GiB',
      '80 GB/s',
      'specs/box.yaml:20:24 memory.hbm.capacity: "80 GB/s" is a bandwidth, expected a capacity; write it as in "80 GiB"',
    ],
    [
      'integer operations for FLOPs',
      '153.6 TFLOP/s',
      '153.6 TOP/s',
      'specs/box.yaml:13:62 units.gpu.peaks[0]: "153.6 TOP/s" is a rate of integer operations, expected a rate of floating-point operations; write it as in "989.4 TFLOP/s"',
    ],
    [
      'an infinite count',
      '{ value: 100,',
      '{ value: .inf,',
      'specs/box.yaml:10:21 units.gpu.count: is not finite; write it as in "132"',
    ],
    [
      'an unknown field',
      '    bandwidth: { value: 3.35',
      '    bandwith: { value: 3.35',
      'specs/box.yaml:21:5 memory.hbm.bandwith: "bandwith" is not a field; did you mean "bandwidth"?',
    ],
    [
      'an unknown field that is like no other',
      'type: HBM3',
      'colour: green',
      'specs/box.yaml:18:5 memory.hbm.colour: "colour" is not a field; allowed here: technology, type, holds, managed, arrangement, streams, capacity, bandwidth, usable, bus-width, data-rate',
    ],
    [
      'an unknown format of an energy',
      'per-byte: { hbm:',
      'per-flop: { f17: { value: 2 pJ, source: sheet } }, per-byte: { hbm:',
      'specs/box.yaml:24:74 power.per-flop.f17: "f17" is not a field; did you mean "f16"?',
    ],
    [
      'an unknown kind',
      'kind: gpu',
      'kind: gpux',
      'specs/box.yaml:4:7 kind: "gpux" is not allowed; did you mean "gpu"?',
    ],
    [
      'an unknown format of a peak',
      'format: f16',
      'format: fp16',
      'specs/box.yaml:13:33 units.gpu.peaks[0].format: "fp16" is not allowed; did you mean "fp6"?',
    ],
    [
      'a figure without a source',
      '{ value: 3.35 TB/s, source: sheet }',
      '{ value: 3.35 TB/s }',
      'specs/box.yaml:21:16 memory.hbm.bandwidth.source: is missing; every figure names its source',
    ],
    [
      'a bare figure',
      '{ value: 3.35 TB/s, source: sheet }',
      '3.35 TB/s',
      'specs/box.yaml:21:16 memory.hbm.bandwidth: "3.35 TB/s" has no source; write { value: 3.35 TB/s, source: ... }',
    ],
    [
      'a figure without a value',
      '{ value: 3.35 TB/s, source: sheet }',
      '{ source: sheet }',
      'specs/box.yaml:21:16 memory.hbm.bandwidth: has no value; write it as in "3.35 TB/s"',
    ],
    [
      'an empty field',
      'bandwidth: { value: 3.35 TB/s, source: sheet }',
      'bandwidth:',
      'specs/box.yaml:21:15 memory.hbm.bandwidth: is empty',
    ],
    [
      'a source that is not in the table',
      '3.35 TB/s, source: sheet',
      '3.35 TB/s, source: sheep',
      'specs/box.yaml:21:44 memory.hbm.bandwidth.source: "sheep" is not in the sources of the file; did you mean "sheet"?',
    ],
    [
      'a source that no figure names',
      'units:',
      "  idle: { ref: 'x', date: 2026-11-21, kind: vendor }\nunits:",
      'specs/box.yaml:7:3 sources.idle: "idle" is the source of no figure; remove it or use it',
    ],
    [
      'a date that is none',
      'date: 2026-11-21',
      'date: last May',
      'specs/box.yaml:6:43 sources.sheet.date: "last May" is not a date like 2026-11-21',
    ],
    [
      'a year for a date',
      'date: 2026-11-21',
      'date: 2026',
      'specs/box.yaml:6:43 sources.sheet.date: "2026" is not a text; write \'2026\' in quotes',
    ],
    [
      'an id with capitals',
      'id: box',
      'id: Box',
      'specs/box.yaml:1:5 id: "Box" is not an id of lower-case letters and digits, joined by hyphens, dots or underscores',
    ],
    [
      'a name with capitals',
      '  l2:',
      '  L2:',
      'specs/box.yaml:15:3 memory.L2: "L2" is not a name; write lower-case letters, digits and hyphens',
    ],
    ['a missing field', 'vendor: Acme\n', '', 'specs/box.yaml:1:1 vendor: is missing'],
    [
      'a list for a map',
      'price: { rental: { value: 3.6 USD/h, source: sheet, date: 2026-05-01 } }',
      'price: []',
      'specs/box.yaml:25:8 price: a list is not a map',
    ],
    [
      'a text for a list',
      'interfaces: [cuda]',
      'interfaces: cuda',
      'specs/box.yaml:9:17 units.gpu.interfaces: "cuda" is not a list',
    ],
    [
      'a bus that disagrees with the bandwidth',
      '5120 bit',
      '4096 bit',
      'specs/box.yaml:21:25 memory.hbm.bandwidth: does not agree with bus-width x data-rate / 8, which is 2680 GB/s; correct one of the three',
    ],
    [
      'a peak that disagrees with its clock',
      '153.6 TFLOP/s',
      '200 TFLOP/s',
      'specs/box.yaml:13:62 units.gpu.peaks[0]: does not agree with count x clock x per-clock, which is 153.6e12 per second; correct one of the four',
    ],
    [
      'a sparse peak given as dense',
      '153.6 TFLOP/s',
      '307.2 TFLOP/s',
      'specs/box.yaml:13:62 units.gpu.peaks[0]: does not agree with count x clock x per-clock, which is 153.6e12 per second; it is twice as high, as rates for 2:4 sparse operands are: write the dense one',
    ],
    [
      'a unit that is not there',
      'memory:',
      'compute-with: gpx\nmemory:',
      'specs/box.yaml:14:15 compute-with: "gpx" is not a unit; did you mean "gpu"?',
    ],
    [
      'an energy of a level that is not there',
      'per-byte: { hbm:',
      'per-byte: { hbn:',
      'specs/box.yaml:24:74 power.per-byte.hbn: "hbn" is not a memory level; did you mean "hbm"?',
    ],
    [
      'no place for weights',
      'holds: weights',
      'holds: none',
      'specs/box.yaml:15:3 memory: has no level that holds weights; write "holds: weights" at one',
    ],
    [
      'a key given twice',
      'vendor: Acme',
      'vendor: Acme\nvendor: Acme',
      'specs/box.yaml:4:1 vendor: "vendor" is given twice; keep one',
    ],
  ])('%s', (_name, from, to, message) => {
    expect(refusals(changed(machine, from, to))).toEqual([message]);
  });

  it('text that is not YAML', () => {
    expect(refusals(changed(machine, 'interfaces: [cuda]', 'interfaces: [cuda'))[0]).toMatch(
      /^specs\/box\.yaml:\d+:\d+: is not YAML: /,
    );
    expect(refusals('')).toContain('specs/box.yaml:1:1: is empty');
  });

  it('a map that contains itself', () => {
    expect(refusals('&self { a: *self }')).toEqual(['specs/box.yaml:1:12 a: contains itself']);
  });

  it('all mistakes of a file are told at once, in their order', () => {
    const text = changed(changed(machine, '700 W', '700'), 'kind: gpu', 'kind: gpux');
    expect(refusals(changed(text, '3.35 TB/s, source: sheet', '3.35 TBps, source: sheep'))).toEqual([
      expect.stringContaining('specs/box.yaml:4:7 kind'),
      expect.stringContaining('specs/box.yaml:21:25 memory.hbm.bandwidth'),
      expect.stringContaining('specs/box.yaml:21:44 memory.hbm.bandwidth.source'),
      expect.stringContaining('specs/box.yaml:24:38 power.tdp'),
    ]);
  });

  it('the error has its parts as fields', () => {
    try {
      parseHardware(changed(machine, '3.35 TB/s', '3.35 TBps'), { file: 'box.yaml' });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SpecError);
      expect(error).toMatchObject({
        name: 'SpecError',
        code: 'invalid-spec',
        file: 'box.yaml',
        line: 21,
        column: 25,
        path: 'memory.hbm.bandwidth',
        value: '3.35 TBps',
        remedy: 'write it as "3.35 TB/s"',
        others: [],
      });
    }
  });
});
