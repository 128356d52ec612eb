import { computingUnit, readBandwidth } from '../engine/select.js';
import { AS_WRITTEN, formatCount, formatNumber, formatQuantity } from '../format.js';
import type { ComputeUnit, Hardware } from '../hardware/types.js';
import { type Citations, mark } from './citations.js';
import { balanceOf } from './peaks.js';
import type { Section } from './section.js';
import { type Column, type Row, renderTable, wrap } from './table.js';

/** A compute unit: its cores and its peaks, with the ridge point of each. */
export function unitSection(hardware: Hardware, unit: ComputeUnit, citations: Citations, width: number): Section {
  const bandwidth = readBandwidth(hardware, unit);
  const columns: readonly Column[] = [
    { head: 'path', align: 'left' },
    { head: 'multiplies', align: 'left' },
    { head: 'accumulates', align: 'left' },
    { head: 'peak', unit: 'TFLOP/s' },
    { head: 'at', unit: 'MHz', align: 'right' },
    { head: 'ridge point', unit: 'FLOP/B' },
    { head: 'balance', unit: 'B/FLOP' },
    { head: '', align: 'left' },
    { head: 'source', align: 'right' },
  ];
  const lead = unitLines(unit, citations, width);
  const rows: readonly Row[] = unit.peaks.map((peak, index) => {
    const balance = balanceOf(peak, bandwidth);
    return {
      cells: [
        peak.path,
        peak.format,
        peak.accumulate,
        formatNumber(peak.rate / 1e12, AS_WRITTEN),
        formatCount(peak.clock === undefined ? undefined : peak.clock / 1e6),
        formatNumber(balance?.ridgePoint),
        formatNumber(balance?.bytesPerFlop),
        peak.sparsity === 'dense' ? '' : `${peak.sparsity} sparse`,
        citations.cite(`units.${unit.name}.peaks.${index}.rate`),
      ],
    };
  });
  const role = unit === computingUnit(hardware) ? ' (computes)' : '';
  const table = rows.length > 0 ? renderTable(columns, rows, { width }) : ['no peak is known'];
  return { title: `Unit ${unit.name}${role}`, lines: [...lead, ...table] };
}

/** Cores, clock, reach and abilities of a unit. */
function unitLines(
  { name, count, clock, bandwidth, interfaces, features }: ComputeUnit,
  { cite }: Citations,
  width: number,
): string[] {
  const cited = (text: string, fact: string) => text + mark(cite(`units.${name}.${fact}`));
  const cores = cited(`${formatCount(count)} cores`, 'count');
  const facts = [
    clock === undefined ? cores : `${cores} at ${cited(formatQuantity(clock, 'frequency', AS_WRITTEN), 'clock')}`,
    ...(bandwidth === undefined
      ? []
      : [`draws up to ${cited(formatQuantity(bandwidth, 'bandwidth', AS_WRITTEN), 'bandwidth')}`]),
    [...interfaces, ...features].join(' '),
  ];
  return wrap(facts.filter((fact) => fact !== '').join('; '), width);
}
