import { describe, expect, it } from 'vitest';
import { parseUnitNetwork } from '../../src/spec/unit-network.js';
import { problemsOf } from './samples.js';

const sample = `id: tiny
name: Tiny
vendor: Acme
sources:
  paper: { ref: 'a paper', date: 2026-11-21, kind: vendor }
source: paper
unit: image
size: { width: 64, height: 32, multiple: 8, source: paper }
steps: { value: 10, source: paper }
native-format: f16
stages:
  - name: net
    runs: each-step
    parameters: { value: 36, source: paper }
    blocks:
      - { kind: convolution, input: 3, output: 4, kernel: 1, at: 4 }
      - { kind: pixel-attention, width: 4, heads: 2, at: 4 }
`;

const read = (text: string) => parseUnitNetwork(text, { file: 'tiny.yaml' });
const change = (from: string, to: string) => {
  expect(sample).toContain(from);
  return problemsOf(() => read(sample.replace(from, to)));
};

describe('a network of stages in YAML', () => {
  it('is read with its defaults and the sources of its figures', () => {
    const { network, sources } = read(sample);
    expect(network).toMatchObject({ unit: 'image', steps: 10, size: { width: 64, height: 32, multiple: 8 } });
    expect(network.stages).toMatchObject([
      {
        name: 'net',
        runs: 'each-step',
        evaluations: 1,
        published: 36,
        blocks: [{ block: { kind: 'convolution', stride: 1, bias: true, batchNorm: false }, repeat: 1 }, {}],
      },
    ]);
    expect(network.published).toEqual({ total: 36 });
    expect(Object.keys(sources.figures)).toEqual(
      expect.arrayContaining(['dimensions', 'size', 'steps', 'stages.net.published']),
    );
  });

  it.each([
    ['an unknown block', 'kind: pixel-attention', 'kind: pixel-atention', 'did you mean "pixel-attention"'],
    ['a misspelt field', 'kernel: 1', 'kernl: 1', 'did you mean "kernel"'],
    ['a unit of its own', 'unit: image', 'unit: token', '"token" is not allowed'],
    ['heads that do not divide', 'heads: 2', 'heads: 3', '"3" does not divide the width of 4'],
    ['a place finer than the image', 'heads: 2, at: 4', 'heads: 2, at: 16', 'need not divide by 16'],
    ['a size that does not divide', 'width: 64', 'width: 60', '"60" does not divide by 8'],
    ['what cannot repeat', 'kernel: 1, at: 4', 'kernel: 1, at: 4, repeat: 2', 'its output is not its input'],
    ['steps that nothing takes', 'runs: each-step', 'runs: once', 'no stage runs in each step'],
    ['a figure without a source', 'steps: { value: 10, source: paper }', 'steps: 10', 'has no source'],
    ['a source that is not there', 'source: paper\nunit', 'source: papr\nunit', 'did you mean "paper"'],
  ])('%s is refused where it stands', (_what, from, to, message) => {
    const problems = change(from, to);
    expect(problems.join('\n')).toContain(message);
    expect(problems[0]).toMatch(/^tiny\.yaml:\d+:\d+ /);
  });

  it('needs steps where a stage runs in each', () => {
    expect(change('steps: { value: 10, source: paper }\n', '').join('\n')).toContain('there are no steps');
  });
});
