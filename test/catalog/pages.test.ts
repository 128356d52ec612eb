import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogPages } from '../../scripts/catalog-pages/write.js';
import { isUnitNetwork, listHardware, listModels, listNetworks, sourcesOf } from '../../src/index.js';

const networks = listNetworks().filter(isUnitNetwork);
const pages = catalogPages(
  listHardware().map((item) => ({ item, sources: sourcesOf('hardware', item.id) })),
  listModels().map((item) => ({ item })),
  networks.map((item) => ({ item })),
);

/** The line of a page that begins with the id. */
const lineOf = (page: string, id: string) => page.split('\n').find((line) => line.startsWith(`| [\`${id}\`]`)) ?? '';

describe('the pages of the catalogue', () => {
  it.each(Object.entries(pages))('%s is what the specs say now (npm run catalog writes it)', (file, text) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('have a line for every machine and model, with a link to its spec', () => {
    for (const { id } of listHardware()) expect(pages['docs/hardware.md']).toContain(`../hardware-specs/${id}.yaml)`);
    for (const { id } of listModels()) expect(pages['docs/models.md']).toContain(`../model-specs/${id}.yaml)`);
    for (const { id } of networks) expect(pages['docs/models.md']).toContain(`../network-specs/${id}.yaml)`);
  });

  it('give the figures of a card: dense peaks, ridge point, prices with their dates', () => {
    // 989.4e12 / 3.35e12 = 295.3
    expect(lineOf(pages['docs/hardware.md'] ?? '', 'h100-sxm-80gb')).toMatch(
      / \| 2022 \| 80 GiB HBM3 \| 3,350 \| 989\.4 \| 1,979 \| 1,979 \| 295 \| 700 W \| [\d,]+ USD \(20\d\d-\d\d-\d\d\), /,
    );
  });

  it('mark what is assumed and what is announced', () => {
    expect(lineOf(pages['docs/hardware.md'] ?? '', 'cs-2')).toContain('23,000 W (s) \\*');
    expect(lineOf(pages['docs/hardware.md'] ?? '', 'rubin-sxm')).toContain('288 GiB HBM4 ~');
    expect(lineOf(pages['docs/models.md'] ?? '', 'gpt-4')).toMatch(/ 1,839 ~ \| 279\.5 ~ \|/);
  });

  it('give the parts of a network of stages, as published: 25.56 million of ResNet-50', () => {
    expect(lineOf(pages['docs/models.md'] ?? '', 'resnet-50')).toMatch(/ images \| 25\.56 \| 25\.56/);
    expect(lineOf(pages['docs/models.md'] ?? '', 'sdxl-1.0-base')).toMatch(/ 1024 x 1024 \| \d+ \|/);
  });

  it('give the shape of a model: heads, cache of a token, published count', () => {
    // 2 x 32 layers x 8 heads x 128 x 2 bytes are 128 KiB
    expect(lineOf(pages['docs/models.md'] ?? '', 'llama-3.1-8b')).toMatch(
      /\| 8\.03 \| {2}\| 8\.03 \| 32 GQA 32\/8 x 128 \| 128 \| 131,072 \| bf16 \|$/,
    );
  });
});
