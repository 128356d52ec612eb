import type { ComputeUnit, Hardware, MultiplyFormat, Peak } from '../../hardware/types.js';
import { choice, type Field, field, type Place, quantity } from './field.js';

/** Everything of a machine that can be varied. */
export function hardwareFields(hardware: Hardware): readonly Field[] {
  return [
    field('year', ['year'], quantity('count')),
    field('process', ['processNode'], quantity('length')),
    field('compute-with', ['computeWith'], choice(...Object.keys(hardware.units))),
    ...Object.values(hardware.units).flatMap(unitFields),
    ...Object.keys(hardware.memory).flatMap(levelFields),
    ...executionFields(hardware),
    ...Object.keys(hardware.links).flatMap(linkFields),
    ...powerFields(hardware),
    field('price.purchase', ['price', 'purchase'], quantity('money')),
    field('price.rental', ['price', 'rental'], quantity('rental')),
  ];
}

function unitFields(unit: ComputeUnit): readonly Field[] {
  const root: Place = ['units', unit.name];
  const path = root.join('.');
  const rates = unit.peaks.map((_, index): Place => [...root, 'peaks', index, 'rate']);
  const clocks = unit.peaks.flatMap(({ clock }, index): Place[] =>
    clock === undefined ? [] : [[...root, 'peaks', index, 'clock']],
  );
  const also = 'its peaks with it';
  return [
    { ...field(`${path}.count`, [...root, 'count'], quantity('count')), followers: rates, also },
    { ...field(`${path}.clock`, [...root, 'clock'], quantity('frequency')), followers: [...rates, ...clocks], also },
    field(`${path}.interfaces`, [...root, 'interfaces'], { kind: 'names' }),
    field(`${path}.features`, [...root, 'features'], { kind: 'names' }),
    field(`${path}.threads`, [...root, 'threads'], quantity('count')),
    field(`${path}.bandwidth`, [...root, 'bandwidth'], quantity('bandwidth')),
    ...peakFields(unit, [...root, 'peaks']),
  ];
}

/** Dense peaks by path, format and accumulation; fewer words stand for all that begin so. Sparse ones serve no dense work. */
function peakFields({ peaks }: ComputeUnit, root: Place): readonly Field[] {
  const groups = new Map<string, { readonly places: Place[]; readonly peaks: Peak[]; readonly isOneFormat: boolean }>();
  peaks.forEach((peak, index) => {
    if (peak.sparsity !== 'dense') return;
    const words = [peak.path, peak.format, peak.accumulate];
    for (const length of [0, 1, 2, 3]) {
      const path = [...root, ...words.slice(0, length)].join('.');
      const group = groups.get(path) ?? { places: [], peaks: [], isOneFormat: length >= 2 };
      group.places.push([...root, index, 'rate']);
      group.peaks.push(peak);
      groups.set(path, group);
    }
  });
  return [...groups].map(([path, group]) => ({
    path,
    type: quantity(group.peaks.some(({ format }) => !isInteger(format)) ? 'FLOP rate' : 'OP rate'),
    places: group.places,
    followers: [],
    ...(group.isOneFormat ? {} : { multiplesOnly: true }),
  }));
}

function isInteger(format: MultiplyFormat): boolean {
  return format.startsWith('int');
}

function levelFields(name: string): readonly Field[] {
  const root: Place = ['memory', name];
  const types = {
    capacity: quantity('capacity'),
    bandwidth: quantity('bandwidth'),
    usable: quantity('fraction'),
    technology: choice('sram', 'hbm', 'gddr', 'lpddr', 'ddr', 'nvme', 'remote'),
    holds: choice('weights', 'cache', 'none'),
    managed: choice('software', 'hardware'),
    arrangement: choice('partitioned', 'replicated'),
    streams: choice('concurrent', 'serial'),
  };
  return Object.entries(types).map(([key, type]) => field([...root, key].join('.'), [...root, key], type));
}

function executionFields({ execution }: Hardware): readonly Field[] {
  if (execution.kind === 'temporal') return [];
  return [
    field('execution.hop-latency', ['execution', 'hopLatency'], quantity('time')),
    field('execution.hops-per-layer', ['execution', 'hopsPerLayer'], quantity('number')),
  ];
}

function linkFields(name: string): readonly Field[] {
  const root: Place = ['links', name];
  const path = root.join('.');
  return [
    field(`${path}.bandwidth`, [...root, 'bandwidth'], quantity('bandwidth')),
    field(`${path}.latency`, [...root, 'latency'], quantity('time')),
    field(
      `${path}.topology`,
      [...root, 'topology'],
      choice('all-to-all', 'switched', 'ring', 'mesh', 'torus', 'point-to-point', 'host'),
    ),
    field(`${path}.max-devices`, [...root, 'maxDevices'], quantity('count')),
    field(`${path}.in-network-reduction`, [...root, 'inNetworkReduction'], { kind: 'flag' }),
  ];
}

function powerFields({ memory, units }: Hardware): readonly Field[] {
  const formats = new Set(Object.values(units).flatMap(({ peaks }) => peaks.map(({ format }) => format)));
  return [
    field('power.scope', ['power', 'scope'], choice('board', 'package', 'system')),
    field('power.tdp', ['power', 'tdp'], quantity('power')),
    field('power.idle', ['power', 'idle'], quantity('power', { allowZero: true })),
    field('power.busy-floor', ['power', 'busyFloor'], quantity('power')),
    ...[...formats].map((format) =>
      field(`power.per-flop.${format}`, ['power', 'perFlop', format], {
        kind: 'quantity',
        dimension: 'energy',
        allowZero: false,
        per: 'FLOP',
      }),
    ),
    ...Object.keys(memory).map((level) =>
      field(`power.per-byte.${level}`, ['power', 'perByte', level], {
        kind: 'quantity',
        dimension: 'energy',
        allowZero: false,
        per: 'B',
      }),
    ),
  ];
}
