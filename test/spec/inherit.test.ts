import { describe, expect, it } from 'vitest';
import { parseHardware } from '../../src/spec/hardware.js';
import { parseModel } from '../../src/spec/model.js';
import { changed, machine, network, problemsOf } from './samples.js';

/** Specs of one folder by their ids. */
function folder(texts: Readonly<Record<string, string>>) {
  return (id: string) => (texts[id] === undefined ? undefined : { file: `${id}.yaml`, text: texts[id] });
}

describe('a machine that extends another', () => {
  const child = (more: string, parent = machine) => {
    const text = `id: big-box\nextends: box\nname: Big Box\n${more}`;
    return parseHardware(text, { file: 'big-box.yaml', resolve: folder({ box: parent }) });
  };

  it('takes everything but the id, the name, the aliases and the notes', () => {
    const { hardware, sources } = child('', `${machine}aliases: [crate]\nnotes: [of the small box]\n`);
    const small = parseHardware(machine, { file: 'box.yaml' }).hardware;
    expect(hardware).toEqual({ ...small, id: 'big-box', name: 'Big Box' });
    expect(sources.notes).toEqual([]);
  });

  it('changes single figures, and they are replaced as a whole', () => {
    const noted = changed(machine, '80 GiB, source: sheet', '80 GiB, source: sheet, kind: assumed, note: guessed');
    const { hardware, sources } = child('memory: { hbm: { capacity: { value: 96 GiB, source: sheet } } }', noted);
    expect(hardware.memory.hbm).toMatchObject({ capacity: 96 * 2 ** 30, bandwidth: 3.35e12 });
    expect(hardware.assumed).toEqual([]);
    expect(sources.figures['memory.hbm.capacity']).not.toHaveProperty('note');
  });

  it('adds a level farther away and removes what it sets to null', () => {
    const level =
      '{ technology: ddr, holds: weights, capacity: { value: 1 TB, source: sheet }, bandwidth: { value: 90 GB/s, source: sheet } }';
    const { hardware } = child(`memory: { l2: null, host: ${level} }`);
    expect(Object.keys(hardware.memory)).toEqual(['hbm', 'host']);
  });

  it('keeps the sources of both files apart, even where they share a key', () => {
    const own = "sources: { sheet: { ref: 'acme.example/big-box', date: 2026-11-22, kind: measured } }\n";
    const { sources } = child(`${own}memory: { hbm: { capacity: { value: 96 GiB, source: sheet } } }`);
    expect(sources.figures['memory.hbm.capacity']?.ref).toBe('acme.example/big-box');
    expect(sources.figures['memory.hbm.bandwidth']?.ref).toBe('acme.example/box');
  });

  it('may build upon one that builds upon a third', () => {
    const resolve = folder({
      box: machine,
      mid: 'id: mid\nextends: box\nname: Mid\npower: { tdp: { value: 500 W, source: sheet } }',
    });
    const { hardware } = parseHardware('id: top\nextends: mid\nname: Top', { file: 'top.yaml', resolve });
    expect(hardware).toMatchObject({ id: 'top', vendor: 'Acme', power: { tdp: 500 } });
  });

  it.each<[string, string, Record<string, string>, string]>([
    [
      'that is not there',
      'id: a\nextends: b',
      {},
      'a.yaml:2:10 extends: no spec has the id "b"; name a file of the same folder',
    ],
    [
      'that extends it in turn',
      'id: a\nextends: b',
      { b: 'id: b\nextends: a' },
      'b.yaml:2:10 extends: "a" leads back to itself; the chain is a > b > a',
    ],
    ['that is itself', 'id: a\nextends: a', {}, 'a.yaml:2:10 extends: "a" leads back to itself; the chain is a > a'],
  ])('is refused one %s', (_name, text, others, message) => {
    expect(problemsOf(() => parseHardware(text, { file: 'a.yaml', resolve: folder(others) }))).toEqual([message]);
  });

  it('has errors located in the file that they stand in', () => {
    const parent = changed(machine, '3.35 TB/s', '3.35 TBps');
    expect(problemsOf(() => child('power: { tdp: { value: 700, source: sheet } }', parent))).toEqual([
      'big-box.yaml:4:24 power.tdp: "700" has no unit; write it as in "700 W"',
      'box.yaml:21:25 memory.hbm.bandwidth: "3.35 TBps" is not a bandwidth; write it as "3.35 TB/s"',
    ]);
  });
});

describe('a network of the same shape as another', () => {
  const tuned = (more: string) => {
    const text = `id: tuned\nname: Tuned\nvendor: Other\nsources:\n  card: { ref: 'other.example/tuned', date: 2026-11-22, kind: vendor }\nsame-shape-as: net\n${more}`;
    return parseModel(text, { file: 'tuned.yaml', resolve: folder({ net: network }) });
  };

  it('has its dimensions, and none of its identity', () => {
    const { model, sources } = tuned('');
    const original = parseModel(network, { file: 'net.yaml' }).model;
    expect(model).toEqual({ ...original, id: 'tuned', name: 'Tuned', vendor: 'Other', published: {} });
    expect(sources.figures.dimensions?.ref).toBe('acme.example/net');
    expect(sources.figures.sameShapeAs?.ref).toBe('other.example/tuned');
  });

  it('may have a longer context, another format and a vocabulary of its own', () => {
    expect(tuned('context: 131072\nnative-format: fp8\nvocabulary: 32016\n').model).toMatchObject({
      vocabulary: 32016,
      context: 131072,
      nativeFormat: 'fp8',
    });
  });

  it('may not change a dimension', () => {
    expect(problemsOf(() => tuned('hidden: 2048\n'))).toEqual([
      'tuned.yaml:7:9 hidden: cannot be stated beside same-shape-as; leave it out, or write a spec of its own',
    ]);
  });
});
