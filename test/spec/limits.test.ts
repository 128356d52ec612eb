import { describe, expect, it } from 'vitest';
import { parseTree } from '../../src/spec/tree.js';

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  .concat(
    [...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
  )
  .join('\n');

describe('YAML that would take too long, or bring the parser down, is refused in place', () => {
  it.each<[what: string, text: string, line: number, problem: string]>([
    ['lists in lists', '['.repeat(50_000), 1, 'is nested too deep'],
    ['maps in maps', 'a: 1\nb: '.concat('{a: '.repeat(20_000)), 2, 'is nested too deep'],
    ['list signs in a row', '- '.repeat(40_000), 1, 'is nested too deep'],
    ['key signs in a row', '? '.repeat(40_000), 1, 'is nested too deep'],
    [
      'indentation',
      Array.from({ length: 400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      202,
      'is nested too deep',
    ],
    ['aliases of aliases', bomb, 1, 'has more than 20000 values'],
    ['an alias again and again', `a: &a 1\nb: [${'*a,'.repeat(30_000)}]`, 2, 'has more than 20000 values'],
    ['an alias of itself', 'a: &a [*a]', 1, 'contains itself'],
    ['an alias of nothing', 'a: *b', 1, '"*b" stands for nothing before it'],
    ['a key that objects have of their own', 'a: 1\nb: { __proto__: { c: 1 } }', 2, '"__proto__" is not a field'],
    ['a long text', 'a'.repeat(200_000), 1, 'is too long: 200000 characters'],
  ])(
    '%s',
    (_, text, line, problem) => {
      const [first] = parseTree(text, 'x.yaml').problems;
      expect(first).toMatchObject({ file: 'x.yaml', line, problem });
    },
    2000,
  );

  it('tells the first of many errors of syntax', () => {
    expect(parseTree('a: 1\n'.repeat(10_000), 'x.yaml').problems).toHaveLength(20);
  });

  it('reads an alias as what stands at its anchor', () => {
    const { tree, problems } = parseTree('a: &a { x: 1 }\nb: *a\nc: &a 2\nd: *a\n', 'x.yaml');
    expect(problems).toEqual([]);
    const entry = (key: string) => (tree.kind === 'map' ? tree.entries.get(key)?.value : undefined);
    expect(entry('b')).toMatchObject({ kind: 'map', place: { line: 2, column: 4 } });
    expect(entry('d')).toMatchObject({ kind: 'scalar', value: 2 });
  });
});
