import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/import/config.js';
import { specText } from '../../src/import/spec-text.js';
import { getModel } from '../../src/index.js';
import { expandPattern } from '../../src/model/tensors.js';
import type { Model } from '../../src/model/types.js';
import { parseModel } from '../../src/spec.js';
import { configs } from './configs.js';

/** A network without what tells it from another of the same dimensions: its names, its sources, the names of its layers. */
function dimensions(model: Model) {
  const { id, name, vendor, aliases, released, published, rumoured, layers, pattern, ...rest } = model;
  return { ...rest, layers: expandPattern(model).map((layer) => layers[layer]) };
}

const read = (config: object, file = 'config.json') => readConfig(JSON.stringify(config, undefined, 2), file);

describe('a config.json', () => {
  it.each(Object.entries(configs))('of %s gives the network of the catalogue', (id, config) => {
    const draft = read(config, `${id}.json`);
    const { model } = parseModel(specText(draft), { file: `${id}.yaml` });
    expect(dimensions(model)).toEqual(dimensions(getModel(id)));
  });
});
