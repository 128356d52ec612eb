import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/import/config.js';
import { specText } from '../../src/import/spec-text.js';
import { getModel } from '../../src/index.js';
import { parseModel } from '../../src/spec.js';
import { configs } from './configs.js';
import { dimensions } from './dimensions.js';

const read = (config: object, file = 'config.json') => readConfig(JSON.stringify(config, undefined, 2), file);

describe('a config.json', () => {
  it.each(Object.entries(configs))('of %s gives the network of the catalogue', (id, config) => {
    const draft = read(config, `${id}.json`);
    const { model } = parseModel(specText(draft), { file: `${id}.yaml` });
    expect(dimensions(model)).toEqual(dimensions(getModel(id)));
  });
});
