import { readBandwidth } from '../engine/select.js';
import { AS_WRITTEN, formatCount, formatNumber, formatQuantity, formatUsd, MISSING } from '../format.js';
import type { Hardware } from '../hardware/types.js';
import type { SpecSources } from '../provenance.js';
import { capacityText } from '../variation.js';
import { type Citations, citationsOf, mark } from './citations.js';
import { ratiosOf, ridgesByLevel, systemTotals } from './derived.js';
import { balanceOf } from './peaks.js';
import { INDENT, renderReport, type Section } from './section.js';
import { unitSection } from './show-units.js';
import { type Column, hang, renderFacts, renderTable, wrap } from './table.js';

/** A machine as data: its figures, what follows from them, their sources. */
export function hardwareJson(hardware: Hardware, sources: SpecSources): object {
  const units = Object.values(hardware.units).map((unit) => {
    const bandwidth = readBandwidth(hardware, unit);
    const peaks = unit.peaks.map((peak) => ({
      path: peak.path,
      format: peak.format,
      accumulate: peak.accumulate,
      ...balanceOf(peak, bandwidth),
    }));
    return { unit: unit.name, bandwidth, peaks };
  });
  const derived = {
    units,
    ridgesByLevel: ridgesByLevel(hardware),
    ratios: ratiosOf(hardware),
    system: systemTotals(hardware),
  };
  return { kind: 'hardware', hardware, derived, sources };
}

/** A machine as text, every figure with the number of its source. */
export function hardwareText(hardware: Hardware, sources: SpecSources, width: number): string {
  const inner = width - INDENT;
  const citations = citationsOf(sources);
  const head = headline(hardware, citations, width);
  const units = Object.values(hardware.units).map((unit) => unitSection(hardware, unit, citations, inner));
  const sections = [
    ...units,
    memorySection(hardware, citations, inner),
    ridgeSection(hardware, inner),
    systemSection(hardware, citations, inner),
    linkSection(hardware, citations, inner),
    powerSection(hardware, citations, inner),
    priceSection(hardware, citations, inner),
    ratioSection(hardware, inner),
  ];
  return renderReport(head, [
    ...sections,
    doubtSection(hardware, inner),
    { title: 'Sources', lines: citations.lines(inner) },
    { title: 'Notes', lines: sources.notes.flatMap((note) => hang('- ', wrap(note, inner - 2))) },
  ]);
}

function headline(
  { id, name, vendor, kind, aliases, year, processNode, computeWith }: Hardware,
  { cite }: Citations,
  width: number,
): string[] {
  const facts = [
    kind,
    ...(year === undefined ? [] : [`${year}${mark(cite('year'))}`]),
    ...(processNode === undefined
      ? []
      : [`${formatQuantity(processNode, 'length', AS_WRITTEN)}${mark(cite('processNode'))}`]),
    `computes with its ${computeWith}`,
  ];
  const names = aliases.length > 0 ? `${id}, also ${aliases.join(', ')}` : id;
  return [`${name} (${vendor})`, ...wrap(names, width), facts.join(', ')];
}

function memorySection({ memory }: Hardware, { cite }: Citations, width: number): Section {
  const columns: readonly Column[] = [
    { head: 'level', align: 'left' },
    { head: 'technology', align: 'left' },
    { head: 'holds', align: 'left' },
    { head: 'capacity', align: 'right' },
    { head: 'bandwidth', align: 'right' },
    { head: 'usable', unit: '%', align: 'right' },
    { head: 'source', align: 'right' },
  ];
  const rows = Object.values(memory).map((level) => ({
    cells: [
      level.name,
      level.technology,
      level.holds,
      capacityText(level.capacity),
      formatQuantity(level.bandwidth, 'bandwidth', AS_WRITTEN),
      formatNumber(level.usable * 100, AS_WRITTEN),
      cite(...['capacity', 'bandwidth', 'usable'].map((name) => `memory.${level.name}.${name}`)),
    ],
  }));
  return { title: 'Memory, nearest first', lines: renderTable(columns, rows, { width }) };
}

/** Where there are several levels; those of the only one stand at the peaks. */
function ridgeSection(hardware: Hardware, width: number): Section {
  const levels = Object.values(hardware.memory);
  if (levels.length < 2) return { title: 'Ridge points', lines: [] };
  const columns: readonly Column[] = [
    { head: 'path', align: 'left' },
    { head: 'multiplies', align: 'left' },
    { head: 'accumulates', align: 'left' },
    ...levels.map(({ name }) => ({ head: name, unit: 'FLOP/B' })),
  ];
  const rows = ridgesByLevel(hardware).map(({ path, format, accumulate, ridgePoints }) => ({
    cells: [path, format, accumulate, ...levels.map(({ name }) => formatNumber(ridgePoints[name]))],
  }));
  return { title: 'Ridge points by memory level', lines: rows.length > 0 ? renderTable(columns, rows, { width }) : [] };
}

function systemSection(hardware: Hardware, { cite }: Citations, width: number): Section {
  const totals = systemTotals(hardware);
  if (totals === undefined) return { title: 'System', lines: [] };
  const { device, devices, link, capacity, bandwidth } = totals;
  const each = hardware.links[link]?.bandwidth;
  const facts = [
    ['devices', `${formatCount(devices)} x ${device}${mark(cite('system.devices'))}; all else here is of one`],
    ['joined by', `${link}, ${formatQuantity(each, 'bandwidth', AS_WRITTEN)} each way`],
    ['memory in all', capacity === undefined ? MISSING : capacityText(capacity)],
    ['bandwidth in all', formatQuantity(bandwidth, 'bandwidth', AS_WRITTEN)],
  ] as const;
  return { title: 'System', lines: renderFacts(facts, width) };
}

function ratioSection(hardware: Hardware, width: number): Section {
  const { usdPerBandwidth, usdPerPeak16Bit, usdPerByte, wattsPerBandwidth, wattsPerPeak16Bit } = ratiosOf(hardware);
  const facts = [
    ['to buy, per TB/s', usdPerBandwidth, 1e12, 'USD'],
    ['to buy, per TFLOP/s of 16 bits', usdPerPeak16Bit, 1e12, 'USD'],
    ['to buy, per GB', usdPerByte, 1e9, 'USD'],
    ['TDP per TB/s', wattsPerBandwidth, 1e12, 'W'],
    ['TDP per TFLOP/s of 16 bits', wattsPerPeak16Bit, 1e12, 'W'],
  ] as const;
  const known = facts.flatMap(([label, value, unit, name]) =>
    value === undefined ? [] : [[label, `${formatNumber(value * unit)} ${name}`] as const],
  );
  return { title: 'Price and power for what it gives', lines: known.length > 0 ? renderFacts(known, width) : [] };
}

function linkSection({ links }: Hardware, { cite }: Citations, width: number): Section {
  if (Object.keys(links).length === 0) return { title: 'Links', lines: [] };
  const columns: readonly Column[] = [
    { head: 'link', align: 'left' },
    { head: 'topology', align: 'left' },
    { head: 'each way', align: 'right' },
    { head: 'latency', align: 'right' },
    { head: 'devices', align: 'right' },
    { head: 'source', align: 'right' },
  ];
  const rows = Object.values(links).map((link) => ({
    cells: [
      link.name,
      link.topology,
      formatQuantity(link.bandwidth, 'bandwidth', AS_WRITTEN),
      formatQuantity(link.latency, 'duration', AS_WRITTEN),
      formatCount(link.maxDevices),
      cite(...['bandwidth', 'latency', 'maxDevices'].map((name) => `links.${link.name}.${name}`)),
    ],
  }));
  return { title: 'Links', lines: renderTable(columns, rows, { width }) };
}

function powerSection({ power }: Hardware, citations: Citations, width: number): Section {
  const watts = (['tdp', 'idle', 'busyFloor'] as const).map((name) => figure(name, power[name], 'power', citations));
  const flops = Object.entries(power.perFlop).map(([name, value]) =>
    figure(`perFlop.${name}`, value, 'energy', citations),
  );
  const bytes = Object.entries(power.perByte).map(([name, value]) =>
    figure(`perByte.${name}`, value, 'energy', citations),
  );
  const facts = [...watts, ...flops, ...bytes].filter(([, value]) => value !== MISSING);
  return { title: `Power (of the ${power.scope})`, lines: renderFacts(facts, width) };
}

const powerNames: Readonly<Record<string, string>> = { tdp: 'TDP', idle: 'idle', busyFloor: 'busy floor' };

function figure(
  path: string,
  value: number | undefined,
  kind: 'power' | 'energy',
  { cite }: Citations,
): readonly [string, string] {
  const label = powerNames[path] ?? path.replace('perFlop.', 'per FLOP, ').replace('perByte.', 'per byte, ');
  if (value === undefined) return [label, MISSING];
  return [label, formatQuantity(value, kind, AS_WRITTEN) + mark(cite(`power.${path}`))];
}

function priceSection({ price }: Hardware, { cite }: Citations, width: number): Section {
  const { purchase, rental, purchaseDate, rentalDate } = price;
  const dated = (date: string | undefined): string => (date === undefined ? '' : `, ${date}`);
  const facts = [
    ...(purchase === undefined
      ? []
      : [
          [
            'purchase',
            `${formatUsd(purchase, AS_WRITTEN)}${dated(purchaseDate)}${mark(cite('price.purchase'))}`,
          ] as const,
        ]),
    ...(rental === undefined
      ? []
      : [['rental', `${formatNumber(rental * 3600)} USD/h${dated(rentalDate)}${mark(cite('price.rental'))}`] as const]),
  ];
  return { title: 'Price', lines: facts.length > 0 ? renderFacts(facts, width) : [] };
}

function doubtSection({ assumed, rumoured }: Hardware, width: number): Section {
  const facts = [
    ...(assumed.length > 0 ? [['assumed', assumed.join(', ')] as const] : []),
    ...(rumoured.length > 0 ? [['rumoured', rumoured.join(', ')] as const] : []),
  ];
  return { title: 'Doubtful figures', lines: facts.length > 0 ? renderFacts(facts, width) : [] };
}
