import { formatUsd } from '../format.js';
import type { Seconds, UsDollarsPerSecond, Watts } from '../quantities.js';
import type { Load, Setting } from './scenario.js';
import type { CostReport } from './types.js';

const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_YEAR = 365.25 * 24 * SECONDS_PER_HOUR;
const JOULES_PER_KILOWATT_HOUR = 3.6e6;

/**
 * Price of a request's machine time, all of it charged to output tokens.
 * A published rent is taken as it is; otherwise a purchase is written off over its life, and electricity added:
 * `purchase / (life utilisation) + watts x price`. Undefined when neither price is known.
 */
export function costOf(setting: Setting, load: Load, request: Seconds, watts: Watts): CostReport | undefined {
  const rate = machineRate(setting, watts, 'output tokens');
  if (!rate) return undefined;
  const { price } = setting.hardware;
  const tokens = load.batch * load.outputTokens;
  return {
    usdPerMillionOutputTokens: ((rate.usdPerSecond * request) / tokens) * 1e6,
    usdPerHour: rate.usdPerSecond * SECONDS_PER_HOUR,
    ...(price.purchase === undefined ? {} : { purchaseUsd: price.purchase }),
    basis: rate.basis,
  };
}

/** What a second of a machine costs, and why; `charged` names what bears it. Undefined when neither price is known. */
export function machineRate(
  { hardware, price: options }: Pick<Setting, 'hardware' | 'price'>,
  watts: Watts,
  charged: string,
): { readonly usdPerSecond: UsDollarsPerSecond; readonly basis: string } | undefined {
  const { purchase, rental, purchaseDate, rentalDate } = hardware.price;
  if (rental !== undefined) {
    const hourly = (rental * SECONDS_PER_HOUR).toFixed(2);
    return {
      usdPerSecond: rental,
      basis: `rented at ${hourly} USD/h${asOf(rentalDate)}, all time charged to ${charged}`,
    };
  }
  if (purchase === undefined) return undefined;
  const { lifeYears, utilisation, usdPerKilowattHour } = options;
  const writeOff = purchase / (lifeYears * SECONDS_PER_YEAR * utilisation);
  const electricity = (watts / JOULES_PER_KILOWATT_HOUR) * usdPerKilowattHour;
  const basis =
    `bought for ${formatUsd(purchase)}${asOf(purchaseDate)}, written off over ${lifeYears} years at ${Math.round(utilisation * 100)} % use, ` +
    `with electricity at ${usdPerKilowattHour} USD/kWh; all time charged to ${charged}`;
  return { usdPerSecond: writeOff + electricity, basis };
}

function asOf(date: string | undefined): string {
  return date === undefined ? '' : ` (${date})`;
}
