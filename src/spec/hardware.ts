import type {
  ComputeUnit,
  Execution,
  Hardware,
  Link,
  MemoryLevel,
  Peak,
  Power,
  Price,
  System,
} from '../hardware/types.js';
import type { SpecSources } from '../provenance.js';
import { checkHardware } from './hardware-checks.js';
import { type HardwareSpec, hardwareSchema } from './hardware-schema.js';
import { throwProblems } from './problems.js';
import { readSpec, type SpecOrigin } from './read.js';
import { given, recordSources, type SourceRecord } from './record.js';

type UnitSpec = HardwareSpec['units'][string];
type PeakSpec = UnitSpec['peaks'][number];
type LevelSpec = HardwareSpec['memory'][string];
type LinkSpec = HardwareSpec['links'][string];

const inheritance = { field: 'extends', notInherited: ['id', 'name', 'aliases', 'notes'], sourceFields: [] };

/**
 * Reads a machine from YAML into SI numbers, and where each of them comes from.
 * Throws `SpecError`, located in the file, when anything is missing, unknown, of the wrong unit or against another figure.
 */
export function parseHardware(
  text: string,
  origin: SpecOrigin,
): { readonly hardware: Hardware; readonly sources: SpecSources } {
  const { spec, tree } = readSpec(text, origin, { schema: hardwareSchema, inheritance });
  throwProblems(checkHardware(spec, tree, origin.resolve));
  const record = recordSources(spec.sources);
  const facts = {
    id: spec.id,
    name: spec.name,
    vendor: spec.vendor,
    kind: spec.kind,
    aliases: spec.aliases,
    ...given({
      year: record.takeIfGiven('year', spec.year),
      processNode: record.takeIfGiven('processNode', spec.process),
    }),
    units: mapRecord(spec.units, (unit, name) => readUnit(record, unit, name)),
    computeWith: spec['compute-with'] ?? Object.keys(spec.units)[0] ?? '',
    memory: mapRecord(spec.memory, (level, name) => readLevel(record, level, name)),
    execution: readExecution(record, spec.execution),
    links: mapRecord(spec.links, (link, name) => readLink(record, link, name)),
    power: readPower(record, spec.power),
    price: readPrice(record, spec.price),
    ...given({ system: readSystem(record, spec) }),
  };
  const hardware = { ...facts, assumed: record.pathsOf('assumed'), rumoured: record.pathsOf('rumour') };
  return { hardware, sources: record.finish(spec.notes) };
}

function mapRecord<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function readUnit(record: SourceRecord, unit: UnitSpec, name: string): ComputeUnit {
  const path = `units.${name}`;
  return {
    name,
    count: record.take(`${path}.count`, unit.count),
    ...given({ clock: record.takeIfGiven(`${path}.clock`, unit.clock) }),
    interfaces: unit.interfaces,
    features: unit.features,
    peaks: unit.peaks.map((peak, index) => readPeak(record, peak, `${path}.peaks.${index}`)),
    ...given({
      threads: record.takeIfGiven(`${path}.threads`, unit.threads),
      bandwidth: record.takeIfGiven(`${path}.bandwidth`, unit.bandwidth),
    }),
  };
}

function readPeak(record: SourceRecord, peak: PeakSpec, path: string): Peak {
  return {
    path: peak.path,
    format: peak.format,
    accumulate: peak.accumulate,
    rate: record.take(`${path}.rate`, peak),
    ...given({ clock: peak.clock, shape: peak.shape, issue: peak.issue }),
    sparsity: peak.sparsity,
  };
}

function readLevel(record: SourceRecord, level: LevelSpec, name: string): MemoryLevel {
  const path = `memory.${name}`;
  record.mention(`${path}.type`, level.type);
  record.takeIfGiven(`${path}.busWidth`, level['bus-width']);
  record.takeIfGiven(`${path}.dataRate`, level['data-rate']);
  return {
    name,
    technology: level.technology,
    capacity: record.take(`${path}.capacity`, level.capacity),
    bandwidth: record.take(`${path}.bandwidth`, level.bandwidth),
    holds: level.holds,
    managed: level.managed ?? (level.holds === 'cache' ? 'hardware' : 'software'),
    arrangement: level.arrangement,
    usable: record.takeIfGiven(`${path}.usable`, level.usable) ?? 1,
    streams: level.streams,
  };
}

function readExecution(record: SourceRecord, execution: HardwareSpec['execution']): Execution {
  if (execution.kind === 'temporal') return execution;
  return {
    kind: 'spatial',
    hopLatency: record.take('execution.hopLatency', execution['hop-latency']),
    hopsPerLayer: record.take('execution.hopsPerLayer', execution['hops-per-layer']),
  };
}

function readLink(record: SourceRecord, link: LinkSpec, name: string): Link {
  const path = `links.${name}`;
  return {
    name,
    bandwidth: record.take(`${path}.bandwidth`, link.bandwidth),
    ...given({ latency: record.takeIfGiven(`${path}.latency`, link.latency) }),
    topology: link.topology,
    ...given({ maxDevices: record.takeIfGiven(`${path}.maxDevices`, link['max-devices']) }),
    inNetworkReduction: link['in-network-reduction'],
  };
}

function readPower(record: SourceRecord, power: HardwareSpec['power']): Power {
  if (power === undefined) return { scope: 'board', perFlop: {}, perByte: {} };
  return {
    scope: power.scope,
    ...given({
      tdp: record.takeIfGiven('power.tdp', power.tdp),
      idle: record.takeIfGiven('power.idle', power.idle),
      busyFloor: record.takeIfGiven('power.busyFloor', power['busy-floor']),
    }),
    perFlop: mapRecord(power['per-flop'], (figure, format) => record.take(`power.perFlop.${format}`, figure)),
    perByte: mapRecord(power['per-byte'], (figure, level) => record.take(`power.perByte.${level}`, figure)),
  };
}

function readPrice(record: SourceRecord, price: HardwareSpec['price']): Price {
  if (price === undefined) return {};
  return given({
    purchase: record.takeIfGiven('price.purchase', price.purchase),
    rental: record.takeIfGiven('price.rental', price.rental),
    purchaseDate: price.purchase?.date,
    rentalDate: price.rental?.date,
  });
}

function readSystem(record: SourceRecord, { id, system }: HardwareSpec): System | undefined {
  if (system === undefined) return undefined;
  const { device = id, devices, link } = system;
  return { device, devices: record.take('system.devices', devices), link };
}
