import { describe, expect, it } from 'vitest';
import { markPure } from '../../scripts/mark-pure.js';

describe('a module of constants that bundlers may leave out', () => {
  it('has a mark before each constant that is worked out by one call', () => {
    expect(
      markPure('export const size = kept((model) => model.layers);\nconst seen = new Map<string, number>();'),
    ).toBe(
      'export const size = /* @__PURE__ */ kept((model) => model.layers);\nconst seen = /* @__PURE__ */ new Map<string, number>();',
    );
  });

  it('has one around a constant that is worked out in several steps', () => {
    expect(markPure('const byId = new Map(list.map(({ id }) => [id, 1]));')).toBe(
      'const byId = /* @__PURE__ */ (() => (new Map(list.map(({ id }) => [id, 1]))))();',
    );
    expect(markPure("const all = [...some, 'more'] as const;")).toBe(
      "const all = /* @__PURE__ */ (() => ([...some, 'more'] as const))();",
    );
  });

  it.each([
    "const names = { a: 'x', b: [1, -2 * 3], c: (n: number) => Math.abs(n) } as const;",
    'function once(make) {\n  const made = make();\n  return () => made;\n}',
    'let count = start();\nstart();',
  ])('is else as it was: %s', (text) => {
    expect(markPure(text)).toBe(text);
  });
});
