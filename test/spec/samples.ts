import { SpecError } from '../../src/errors.js';

/** A machine with one of everything that the checks look at. */
export const machine = `id: box
name: Box
vendor: Acme
kind: gpu
sources:
  sheet: { ref: 'acme.example/box', date: 2026-11-21, kind: vendor }
units:
  gpu:
    interfaces: [cuda]
    count: { value: 100, source: sheet }
    clock: { value: 1500 MHz, source: sheet }
    peaks:
      - { path: matrix, format: f16, accumulate: f32, value: 153.6 TFLOP/s, clock: 1500 MHz, per-clock: 1024 FLOP/clock, source: sheet }
memory:
  l2: { technology: sram, holds: cache, capacity: { value: 50 MB, source: sheet }, bandwidth: { value: 7 TB/s, source: sheet } }
  hbm:
    technology: hbm
    type: HBM3
    holds: weights
    capacity: { value: 80 GiB, source: sheet }
    bandwidth: { value: 3.35 TB/s, source: sheet }
    bus-width: { value: 5120 bit, source: sheet }
    data-rate: { value: 5.234 Gbit/s, source: sheet }
power: { scope: board, tdp: { value: 700 W, source: sheet }, per-byte: { hbm: { value: 98 pJ, source: sheet } } }
price: { rental: { value: 3.6 USD/h, source: sheet, date: 2026-05-01 } }
`;

/** A network of two kinds of layers. */
export const network = `id: net
name: Net
vendor: Acme
sources:
  card: { ref: 'acme.example/net', date: 2026-11-21, kind: vendor }
dimensions: card
vocabulary: 32000
hidden: 4096
tied-embeddings: false
native-format: bf16
layers:
  dense:
    mixer: { kind: attention, heads: 32, kv-heads: 8, head-dim: 128 }
    feed-forward: { kind: dense, gated: true, width: 14336 }
  sparse:
    mixer: { kind: attention, heads: 32, kv-heads: 8, head-dim: 128, span: { kind: sliding, size: 4096 } }
    feed-forward: { kind: mixture, gated: true, experts: 8, active: 2, width: 14336 }
pattern:
  - { layers: [dense, sparse], repeat: 16 }
parameters:
  total: { value: 40000000000, source: card, difference: rounded }
`;

/** The text with one passage replaced; the passage must be there, and once. */
export function changed(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`"${from}" is not in the sample once`);
  return text.replace(from, () => to);
}

/** Messages of all problems that an act of parsing throws, one per line. */
export function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return [error, ...error.others].map(({ message }) => message);
  }
}
