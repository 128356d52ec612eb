import { mainMemory } from '../engine/select.js';
import type { Engine } from '../engine/types.js';
import { AS_WRITTEN, formatCount, formatNumber, formatQuantity, MISSING } from '../format.js';
import type { Hardware } from '../hardware/types.js';
import { listKvFormats } from '../model/cache.js';
import { activeParameters } from '../model/parameters.js';
import { getScheme, listSchemes } from '../model/schemes.js';
import { networkParameters } from '../model/unit/plan.js';
import { isUnitNetwork, kindOf, type Network } from '../model/unit/types.js';
import { capacityText } from '../variation.js';
import { type SystemTotals, systemTotals } from './derived.js';
import { peakOf } from './peaks.js';
import { type Column, type Row, renderTable } from './table.js';

/** A table in two forms: as data in SI units, and as text. */
export interface Listing {
  readonly json: readonly object[];
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Text of a listing: a line for each of its things, however long, so that other programs can search and cut it. */
export function listingText({ columns, rows }: Listing): string {
  return `${renderTable(columns, rows, { width: Number.POSITIVE_INFINITY }).join('\n')}\n`;
}

/** Machines with the figures that tell them apart. */
export function hardwareListing(machines: readonly Hardware[]): Listing {
  const json = machines.map((machine) => {
    const { id, name, vendor, kind, aliases, year, price } = machine;
    const memory = mainMemory(machine);
    const half = peakOf(machine, ['f16', 'bf16']);
    return {
      id,
      name,
      vendor,
      kind,
      aliases,
      year,
      capacity: memory?.capacity,
      bandwidth: memory?.bandwidth,
      peak16Bit: half?.rate,
      purchase: price.purchase,
      rental: price.rental,
      system: systemTotals(machine),
    };
  });
  const hasSystems = json.some(({ system }) => system !== undefined);
  const columns: readonly Column[] = [
    { head: 'id', align: 'left' },
    { head: 'memory', unit: 'GiB' },
    { head: 'bandwidth', unit: 'GB/s' },
    { head: '16-bit peak', unit: 'TFLOP/s' },
    { head: 'price', unit: 'USD', align: 'right' },
    { head: 'rent', unit: 'USD/h' },
    ...(hasSystems ? [{ head: 'system of', align: 'left' } as const] : []),
    { head: 'year', align: 'right' },
    { head: 'name', align: 'left' },
  ];
  const rows = json.map(({ id, name, year, capacity, bandwidth, peak16Bit, purchase, rental, system }) => ({
    cells: [
      id,
      formatNumber(scaled(capacity, 2 ** 30), AS_WRITTEN),
      formatNumber(scaled(bandwidth, 1e9), AS_WRITTEN),
      formatNumber(scaled(peak16Bit, 1e12), AS_WRITTEN),
      formatCount(purchase),
      formatNumber(rental === undefined ? undefined : rental * 3600),
      ...(hasSystems ? [system === undefined ? '' : systemText(system)] : []),
      year === undefined ? MISSING : String(year),
      name,
    ],
  }));
  return { json, columns, rows };
}

/** Devices of a system, what joins them, and what they have together. */
function systemText({ devices, link, capacity, bandwidth }: SystemTotals): string {
  const memory = capacity === undefined ? MISSING : capacityText(capacity);
  return `${devices} by ${link}: ${memory}, ${formatQuantity(bandwidth, 'bandwidth', AS_WRITTEN)}`;
}

/** Networks with what they give and their size. */
export function modelListing(models: readonly Network[]): Listing {
  const json = models.map((model) => {
    const { id, name, vendor, aliases, released, nativeFormat } = model;
    const kind = kindOf(model);
    const unit = isUnitNetwork(model) ? model.unit : kind === 'encode' ? 'sequence' : 'token';
    const parameters = networkParameters(model);
    const active = isUnitNetwork(model) ? parameters : activeParameters(model);
    const context = isUnitNetwork(model) ? undefined : model.context;
    return {
      kind,
      unit,
      id,
      name,
      vendor,
      aliases,
      released,
      parameters,
      activeParameters: active,
      context,
      nativeFormat,
    };
  });
  const columns: readonly Column[] = [
    { head: 'id', align: 'left' },
    { head: 'parameters', unit: 'billion' },
    { head: 'active', unit: 'billion' },
    { head: 'context', unit: 'token', align: 'right' },
    { head: 'released in', align: 'left' },
    { head: 'gives', align: 'left' },
    { head: 'name', align: 'left' },
  ];
  const rows = json.map((model) => ({
    cells: [
      model.id,
      formatNumber(model.parameters / 1e9),
      formatNumber(model.activeParameters / 1e9),
      formatCount(model.context),
      model.nativeFormat,
      model.unit,
      model.name,
    ],
  }));
  return { json, columns, rows };
}

/** Software stacks with what they drive and load. */
export function engineListing(engines: readonly Engine[]): Listing {
  const json = engines.map(({ id, name, vendor, aliases, weightFamilies, kvFormats, classes }) => {
    const backends = [...new Set(classes.map(({ backend }) => backend))];
    return { id, name, vendor, aliases, backends, weightFamilies, kvFormats };
  });
  const columns = ['id', 'name', 'back ends', 'weight families', 'KV formats'].map(
    (head) => ({ head, align: 'left' }) as const,
  );
  const rows = json.map(({ id, name, backends, weightFamilies, kvFormats }) => ({
    cells: [id, name, ...[backends, weightFamilies, kvFormats].map((words) => words.join(' '))],
  }));
  return { json, columns, rows };
}

/** Formats that weights and caches can have. */
export function formatListing(): Listing {
  const weights = listSchemes().map((id) => {
    const { name, family, exact } = getScheme(id);
    return { id, use: 'weights', name, family, exact };
  });
  const caches = listKvFormats().map((id) => ({ id, use: 'KV cache', name: id }));
  const columns = ['id', 'use', 'name', 'family', 'size'].map((head) => ({ head, align: 'left' }) as const);
  const rows = [
    ...weights.map(({ id, use, name, family, exact }) => ({
      cells: [id, use, name, family, exact ? 'exact' : 'approximate'],
    })),
    ...caches.map(({ id, use, name }) => ({ cells: [id, use, name, '', ''] })),
  ];
  return { json: [...weights, ...caches], columns, rows };
}

function scaled(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value / unit;
}
