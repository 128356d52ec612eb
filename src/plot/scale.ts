/** An axis: values to places, and where its ticks stand. */
export interface Scale {
  readonly least: number;
  readonly most: number;
  /** Place of a value between `from` and `to`. */
  place(value: number): number;
  readonly ticks: readonly number[];
}
