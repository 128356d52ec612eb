import { computingUnit, mainMemory } from '../engine/select.js';
import type { Engine } from '../engine/types.js';
import { InvalidScenarioError, QuantityError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { activeParameters } from '../model/parameters.js';
import { networkParameters } from '../model/unit/plan.js';
import { isUnitNetwork, type Network } from '../model/unit/types.js';
import { readQuantity } from '../read-quantity.js';
import { peakOf } from '../report/peaks.js';
import type { Choices, Sort } from './selection.js';

const least = <Item>(of: Sort<Item>['of']): Sort<Item> => ({ of, first: 'least' });
const most = <Item>(of: Sort<Item>['of']): Sort<Item> => ({ of, first: 'most' });

const byName = { id: least(({ id }: { id: string }) => id), name: least(({ name }: { name: string }) => name) };

/** What machines are narrowed and sorted by. */
export const hardwareChoices: Choices<Hardware> = {
  words: {
    kind: ({ kind }) => [kind],
    vendor: ({ vendor }) => [vendor],
    interface: (machine) => computingUnit(machine).interfaces,
  },
  limits: {
    minMemory: (text) => {
      const bytes = amount('--min-memory', text, 'capacity');
      return (machine) => (mainMemory(machine)?.capacity ?? 0) >= bytes;
    },
    minBandwidth: (text) => {
      const rate = amount('--min-bandwidth', text, 'bandwidth');
      return (machine) => (mainMemory(machine)?.bandwidth ?? 0) >= rate;
    },
    maxPrice: withinPrice,
  },
  sorts: {
    ...byName,
    memory: most((machine) => mainMemory(machine)?.capacity),
    bandwidth: most((machine) => mainMemory(machine)?.bandwidth),
    flops: most((machine) => peakOf(machine, ['f16', 'bf16'])?.rate),
    price: least(({ price }) => price.purchase),
    rent: least(({ price }) => price.rental),
    year: most(({ year }) => year),
  },
};

/** What networks are narrowed and sorted by. */
export const modelChoices: Choices<Network> = {
  words: { vendor: ({ vendor }) => [vendor] },
  limits: {
    minParameters: (text) => {
      const count = parameterCount('--min-parameters', text);
      return (model) => networkParameters(model) >= count;
    },
    maxParameters: (text) => {
      const count = parameterCount('--max-parameters', text);
      return (model) => networkParameters(model) <= count;
    },
  },
  sorts: {
    ...byName,
    parameters: most(networkParameters),
    active: most((model) => (isUnitNetwork(model) ? networkParameters(model) : activeParameters(model))),
    context: most((model) => (isUnitNetwork(model) ? undefined : (model.context ?? Number.POSITIVE_INFINITY))),
    released: most(({ released }) => released),
  },
};

/** What engines are narrowed and sorted by. */
export const engineChoices: Choices<Engine> = {
  words: {
    vendor: ({ vendor }) => [vendor],
    interface: ({ classes }) => classes.map(({ backend }) => backend),
  },
  limits: {},
  sorts: byName,
};

/** A price to buy at, `2000 USD`, or to rent at, `2 USD/h`. What has no such price is not within it. */
function withinPrice(text: string): (machine: Hardware) => boolean {
  const isRent = text.includes('/');
  const limit = amount('--max-price', text, isRent ? 'rental' : 'money');
  return ({ price }) => ((isRent ? price.rental : price.purchase) ?? Number.POSITIVE_INFINITY) <= limit;
}

function amount(flag: string, text: string, dimension: Parameters<typeof readQuantity>[1]): number {
  try {
    return readQuantity(text, dimension);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new InvalidScenarioError(flag, text, `"${error.value}" ${error.problem}`, error.remedy);
  }
}

const powers: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** A number of parameters as people say it: `8B` is 8 billion. */
function parameterCount(flag: string, text: string): number {
  const [, digits, suffix = ''] = /^(\d+\.?\d*|\.\d+)\s*([KMBT]?)$/i.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new InvalidScenarioError(flag, text, `"${text}" is not a number of parameters`, 'write it as in "8B"');
  return Number(digits) * (powers[suffix.toUpperCase()] ?? 1);
}

/** Formats are few: nothing narrows or sorts them. */
export const noChoices: Choices<never> = { words: {}, limits: {}, sorts: {} };
