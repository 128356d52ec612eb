import { describe, expect, it } from 'vitest';
import { renderFacts, renderTable, wrap } from '../../src/report/table.js';

const machines = { head: 'machine', align: 'left' } as const;

describe('a table', () => {
  it('puts points under points and names its units', () => {
    const columns = [machines, { head: 'decode', unit: 'token/s' }, { head: 'low - high', align: 'range' }] as const;
    const rows = [{ cells: ['a', '93.5', '84.2 - 103'] }, { cells: ['b-100', '1,243', '9 - 10'] }];
    expect(renderTable(columns, rows)).toEqual([
      'machine   decode  low - high',
      '         token/s',
      'a           93.5  84.2 - 103',
      'b-100    1,243       9 - 10',
    ]);
  });

  it('goes on below, behind its first column, where it is wider than the page', () => {
    const columns = [machines, { head: 'first' }, { head: 'second' }] as const;
    expect(renderTable(columns, [{ cells: ['a', '1', '2'] }], { width: 16 })).toEqual([
      'machine  first',
      'a            1',
      '',
      'machine  second',
      'a             2',
    ]);
  });

  it('gives a sentence the room of a row', () => {
    const columns = [machines, { head: 'decode' }];
    const rows = [{ cells: ['a', '1'] }, { cells: ['b'], note: 'needs more memory than it has' }];
    expect(renderTable(columns, rows, { width: 30 })).toEqual([
      'machine  decode',
      'a             1',
      'b        needs more memory',
      '         than it has',
    ]);
  });

  it('has a dash in a cell that nobody filled', () => {
    expect(renderTable([machines, { head: 'x' }], [{ cells: ['a'] }])).toEqual(['machine  x', 'a        –']);
  });
});

describe('text', () => {
  it('is broken between words, and a long word is kept whole', () => {
    expect(wrap('one two three-four-five', 8)).toEqual(['one two', 'three-four-five']);
  });

  it('stands beside labels of different length', () => {
    expect(
      renderFacts([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toEqual(['a     1', 'long  2']);
  });
});
