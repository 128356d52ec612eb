import { expect, it } from 'vitest';
import { estimate } from '../../src/index.js';
import { engine, engineClass, machine, unit } from '../laws/hand-made.js';

const hardware = machine({ unit: unit({ count: 10, interfaces: ['cpu'] }) });

function cores(starts: number | undefined, threads?: number): number {
  const used = engineClass({ backend: 'cpu', ...(starts === undefined ? {} : { threads: starts }) });
  const asked = threads === undefined ? {} : { threads };
  return estimate({ model: 'llama-2-7b', hardware, engine: engine(used), ...asked }).hardware.cores;
}

it('threads are those asked for, else as many as the engine starts, else one per core; never more than cores', () => {
  expect([cores(undefined), cores(4), cores(4, 8), cores(16)]).toEqual([10, 4, 8, 10]);
});
