import type { Hardware } from '../hardware/types.js';

/** Why a field of the price changes nothing: a machine that has a rent is charged by that alone. Undefined where it counts. */
export function idlePrice(field: string, { id, price }: Pick<Hardware, 'id' | 'price'>): string | undefined {
  const isOfPurchase = field.startsWith('price.') || field === 'hardware.price.purchase';
  if (price.rental === undefined || !isOfPurchase) return undefined;
  return `${id} is charged by its rent, to which ${field} adds nothing; change hardware.price.rental`;
}
