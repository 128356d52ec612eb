import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEngine } from '../../src/spec/engine.js';
import { parseHardware } from '../../src/spec/hardware.js';
import { parseModel } from '../../src/spec/model.js';
import { parseUnitNetwork } from '../../src/spec/unit-network.js';
import { problemsOf } from './samples.js';

const parsers = {
  'hardware-specs': parseHardware,
  'model-specs': parseModel,
  'network-specs': parseUnitNetwork,
  'engine-specs': parseEngine,
};

describe.each(Object.entries(parsers))('every spec in %s', (folder, parse) => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));
  const resolve = (id: string) => {
    const file = join(folder, `${id}.yaml`);
    return existsSync(file) ? { file, text: readFileSync(file, 'utf8') } : undefined;
  };

  it('is read without a problem', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((file) => problemsOf(() => parse(readFileSync(file, 'utf8'), { file, resolve })))).toEqual([]);
  });
});
