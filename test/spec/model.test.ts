import { describe, expect, it } from 'vitest';
import { parseModel } from '../../src/spec/model.js';
import { changed, network, problemsOf } from './samples.js';

const parse = (text: string) => parseModel(text, { file: 'net.yaml' });
const refusals = (text: string) => problemsOf(() => parse(text));

const latent = {
  kind: 'latent-attention',
  heads: 128,
  queryRank: 1536,
  kvRank: 512,
  nopeDim: 128,
  ropeDim: 64,
  valueDim: 128,
};

describe('a network in YAML', () => {
  const { model, sources } = parse(network);

  it('becomes layers with every default written out', () => {
    expect(model.layers.dense).toEqual({
      mixers: [
        {
          kind: 'attention',
          heads: 32,
          kvHeads: 8,
          headDim: 128,
          valueDim: 128,
          span: { kind: 'full' },
          qkvBias: false,
          outputBias: false,
          qkNorm: 'none',
          outputGate: false,
          sinks: false,
          keyValue: 'own',
        },
      ],
      feedForwards: [{ kind: 'dense', gated: true, width: 14336, bias: false }],
      norms: 2,
      extraElements: 0,
    });
    expect(model.layers.sparse?.feedForwards).toEqual([
      { kind: 'mixture', gated: true, experts: 8, active: 2, width: 14336, expertBias: false, routerBias: false },
    ]);
    expect(model).toMatchObject({ norm: 'rms', finalNorm: true, positions: 0, rumoured: false, aliases: [] });
    expect(model).not.toHaveProperty('context');
  });

  it('says where its dimensions and published counts come from', () => {
    expect(sources.figures.dimensions?.ref).toBe('acme.example/net');
    expect(model.published).toEqual({ total: 40e9, difference: 'rounded' });
    expect(sources.figures['published.total']?.kind).toBe('vendor');
  });

  it('is rumoured when its dimensions are', () => {
    expect(parse(changed(network, 'kind: vendor', 'kind: rumour')).model.rumoured).toBe(true);
  });

  it.each([
    [
      'kind: mamba1, inner: 8192, state: 16, conv: 4, dt-rank: 256',
      { kind: 'mamba1', inner: 8192, state: 16, conv: 4, dtRank: 256, innerNorms: false },
    ],
    [
      'kind: mamba2, inner: 8192, state: 128, conv: 4, heads: 128, groups: 8, gated-norm: true',
      { kind: 'mamba2', inner: 8192, state: 128, conv: 4, heads: 128, groups: 8, gatedNorm: true },
    ],
    [
      'kind: gated-deltanet, key-heads: 16, value-heads: 32, key-dim: 128, value-dim: 128, conv: 4',
      { kind: 'gated-deltanet', keyHeads: 16, valueHeads: 32, keyDim: 128, valueDim: 128, conv: 4 },
    ],
    ['kind: lightning, heads: 64, head-dim: 128', { kind: 'lightning', heads: 64, headDim: 128 }],
    [
      'kind: latent-attention, heads: 128, query-rank: 1536, kv-rank: 512, nope-dim: 128, rope-dim: 64, value-dim: 128',
      { ...latent, span: { kind: 'full' }, outputGate: false },
    ],
    [
      'kind: latent-attention, heads: 128, query-rank: 1536, kv-rank: 512, nope-dim: 128, rope-dim: 64, value-dim: 128, span: { kind: selected, size: 2048, index-heads: 64, index-dim: 128 }',
      { ...latent, span: { kind: 'selected', size: 2048, indexHeads: 64, indexDim: 128 }, outputGate: false },
    ],
    [
      'kind: kda, heads: 96, head-dim: 128, conv: 4, decay-rank: 128',
      { kind: 'kda', heads: 96, headDim: 128, conv: 4, decayRank: 128 },
    ],
    [
      'kind: compressed-attention, heads: 64, head-dim: 512, rope-dim: 64, query-rank: 1024, output-groups: 8, output-rank: 1024, window: 128, compression: { kind: sparse, ratio: 4, size: 512, index-heads: 64, index-dim: 128 }',
      {
        kind: 'compressed-attention',
        heads: 64,
        headDim: 512,
        ropeDim: 64,
        queryRank: 1024,
        outputGroups: 8,
        outputRank: 1024,
        window: 128,
        compression: { kind: 'sparse', ratio: 4, size: 512, indexHeads: 64, indexDim: 128 },
      },
    ],
    ['kind: rwkv4, width: 4096', { kind: 'rwkv4', width: 4096 }],
  ])('has mixers: %s', (text, mixer) => {
    const { model } = parse(changed(network, 'kind: attention, heads: 32, kv-heads: 8, head-dim: 128 }', `${text} }`));
    expect(model.layers.dense?.mixers).toEqual([mixer]);
  });

  it('may have several mixers side by side, several feed-forward parts, or none', () => {
    const several = changed(
      network,
      '{ kind: attention, heads: 32, kv-heads: 8, head-dim: 128 }',
      '[{ kind: lightning, heads: 8, head-dim: 64 }, { kind: lightning, heads: 4, head-dim: 64 }]',
    );
    const { model } = parse(changed(several, '    feed-forward: { kind: dense, gated: true, width: 14336 }\n', ''));
    expect(model.layers.dense).toMatchObject({ feedForwards: [], norms: 1 });
    expect(model.layers.dense?.mixers).toHaveLength(2);
  });
});

describe('a mistake in a network is located, named and mended', () => {
  it.each<[string, string, string, string]>([
    [
      'a negative dimension',
      'hidden: 4096',
      'hidden: -4096',
      'net.yaml:8:9 hidden: "-4096" is too small, the least is 1',
    ],
    ['half a dimension', 'hidden: 4096', 'hidden: 4096.5', 'net.yaml:8:9 hidden: "4096.5" is not a whole number'],
    [
      'a text for a flag',
      'tied-embeddings: false',
      'tied-embeddings: no',
      'net.yaml:9:18 tied-embeddings: "no" is not true or false',
    ],
    [
      'an unknown mixer',
      'mixer: { kind: attention, heads: 32, kv-heads: 8, head-dim: 128 }',
      'mixer: { kind: atention, heads: 32 }',
      'net.yaml:13:20 layers.dense.mixer.kind: "atention" is not allowed; did you mean "attention"?',
    ],
    [
      'an unknown field of a mixer',
      'head-dim: 128 }',
      'head-dim: 128, head-dims: 4 }',
      'net.yaml:13:70 layers.dense.mixer.head-dims: "head-dims" is not a field; did you mean "head-dim"?',
    ],
    [
      'heads that do not divide',
      'kv-heads: 8, head-dim: 128 }',
      'kv-heads: 5, head-dim: 128 }',
      'net.yaml:13:52 layers.dense.mixer.kv-heads: "5" does not divide the 32 heads',
    ],
    [
      'more experts at work than there are',
      'active: 2',
      'active: 9',
      'net.yaml:17:69 layers.sparse.feed-forward.active: "9" is more than the 8 experts',
    ],
    [
      'a layer that is not there',
      '[dense, sparse]',
      '[dense, sparse, spars]',
      'net.yaml:19:31 pattern[0].layers[2]: "spars" is not a layer; did you mean "sparse"?',
    ],
    [
      'a layer that nothing uses',
      '[dense, sparse]',
      '[sparse]',
      'net.yaml:12:3 layers.dense: "dense" is not in the pattern; remove it or use it',
    ],
    [
      'dimensions without a source',
      'dimensions: card',
      'dimensions: paper',
      'net.yaml:6:13 dimensions: "paper" is not in the sources of the file; allowed here: card',
    ],
    [
      'a mixer that is a number',
      '{ kind: attention, heads: 32, kv-heads: 8, head-dim: 128 }',
      '3',
      'net.yaml:13:12 layers.dense.mixer: "3" is not a map',
    ],
  ])('%s', (_name, from, to, message) => {
    expect(refusals(changed(network, from, to))).toEqual([message]);
  });

  it('needs output groups that divide the heads', () => {
    const text =
      'kind: compressed-attention, heads: 64, head-dim: 512, rope-dim: 64, query-rank: 1024, output-groups: 7, output-rank: 1024, window: 128, compression: { kind: none }';
    expect(
      problemsOf(() =>
        parse(changed(network, 'kind: attention, heads: 32, kv-heads: 8, head-dim: 128 }', `${text} }`)),
      ),
    ).toEqual(['net.yaml:13:115 layers.dense.mixer.output-groups: "7" does not divide the 64 heads']);
  });
});
