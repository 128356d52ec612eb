/** Where something stands in a formula: characters before it, and before what follows it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Arithmetic = '+' | '-' | '*' | '/' | '^';
export type Comparator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A formula as it is understood: all that there is of the parser's language. */
export type Formula = { readonly span: Span } & (
  | { readonly kind: 'number'; readonly value: number }
  /** A number with a unit behind it: `3 GiB`, `5 %`. */
  | { readonly kind: 'quantity'; readonly value: number; readonly unit: string; readonly unitStart: number }
  /** A figure, or a unit by itself: `decode.tokensPerSecond`, `s`. */
  | { readonly kind: 'name'; readonly path: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'negative'; readonly of: Formula }
  | { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Formula[] }
  /** One comparison, or a chain of them: `40 <= x < 60` has two and three operands. */
  | { readonly kind: 'comparison'; readonly comparators: readonly Comparator[]; readonly operands: readonly Formula[] }
  | { readonly kind: 'and' | 'or'; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'not'; readonly of: Formula }
);
