/**
 * SI aliases. They document a number's unit; the compiler does not tell them apart.
 * Units exist as text only in YAML, on the command line and in printed output.
 */
export type Seconds = number;
export type Hertz = number;
export type Bytes = number;
export type BytesPerSecond = number;
export type Flops = number;
export type FlopsPerSecond = number;
export type Joules = number;
export type Watts = number;
export type Metres = number;
export type UsDollars = number;
export type UsDollarsPerSecond = number;
export type JoulesPerByte = number;
export type JoulesPerFlop = number;
/** Between 0 and 1. */
export type Fraction = number;
