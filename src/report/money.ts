import type { CostReport, EnergyReport } from '../estimator/types.js';
import { formatNumber, formatQuantity, formatUsd } from '../format.js';
import type { Section } from './section.js';
import { renderFacts, wrap } from './table.js';

/** Joules per token, and whose. */
export function energySection(
  { joulesPerToken, joulesPerDecodedToken, joulesPerPromptToken, scope, basis }: EnergyReport,
  width: number,
): Section {
  const facts = [
    ['per output token, prefill included', formatQuantity(joulesPerToken, 'energy')],
    ['per decoded token', formatQuantity(joulesPerDecodedToken, 'energy')],
    ['per prompt token', formatQuantity(joulesPerPromptToken, 'energy')],
  ] as const;
  return {
    title: `Energy (of the ${scope})`,
    lines: [...renderFacts(facts, width), ...wrap(`basis: ${basis}`, width)],
  };
}

/** Money per token; without a price, why there is none. */
export function costSection(cost: CostReport | undefined, width: number): Section {
  if (cost === undefined) return { title: 'Cost', lines: ['unknown: the machine has no price'] };
  const facts = [
    ['per million output tokens', formatUsd(cost.usdPerMillionOutputTokens)],
    ['machine, per hour', formatUsd(cost.usdPerHour)],
    ...(cost.purchaseUsd === undefined ? [] : [['machine, to buy', `${formatNumber(cost.purchaseUsd)} USD`] as const]),
  ] as const;
  return { title: 'Cost', lines: [...renderFacts(facts, width), ...wrap(`basis: ${cost.basis}`, width)] };
}
