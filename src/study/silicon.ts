import { InvalidScenarioError } from '../errors.js';
import type { Bytes, Metres } from '../quantities.js';

/** Bits per square metre of arrays with their assist circuits, by the name of the process. */
const SRAM_DENSITY = [
  // N5 and N3E have the same cell of 0.021 square micrometres.
  { node: 5e-9, bits: 31.8 * 2 ** 20 * 1e6 },
  { node: 3e-9, bits: 31.8 * 2 ** 20 * 1e6 },
  { node: 2e-9, bits: 38e6 * 1e6 },
] as const;

/**
 * Area in square metres that so many bytes of SRAM take on a process, for budgets of area: an assumption, for high-density
 * arrays of TSMC without the wires, buffers and logic around them, which a chip adds to.
 *
 * 31.8 Mibit/mm2 on N5 and N3E: D. Schor, WikiChip Fuse on IEDM 2022, "Did We Just Witness The Death Of SRAM?"; 38 Mbit/mm2
 * on N2: Tom's Hardware on IEDM 2024. Throws `InvalidScenarioError` for another process.
 *
 * @example
 * // In square millimetres
 * Math.round(sramArea(200e6, 5e-9) * 1e6) // => 48
 */
export function sramArea(bytes: Bytes, processNode: Metres): number {
  const found = SRAM_DENSITY.find(({ node }) => Math.abs(node - processNode) < 1e-12);
  if (found !== undefined) return (8 * bytes) / found.bits;
  throw new InvalidScenarioError(
    'processNode',
    processNode,
    `no published density is known here for ${processNode} m`,
    'there are 5e-9, 3e-9 and 2e-9; use a figure of your own for others',
  );
}
