import type { CostReport, EnergyReport } from '../estimator/types.js';
import { formatNumber, formatQuantity, formatUsd, unitFor } from '../format.js';
import type { Section } from './section.js';
import { predictionRow } from './speed.js';
import { renderFacts, renderTable, wrap } from './table.js';

/** Joules per token and power with their intervals, and whose. */
export function energySection(energy: EnergyReport, width: number): Section {
  const { joulesPerDecodedToken, joulesPerPromptToken, prediction, watts, scope, basis } = energy;
  const columns = [
    { head: '', align: 'left' },
    { head: '', align: 'left' },
    { head: 'expected' },
    { head: 'low - high', align: 'range' },
    { head: 'ideal' },
  ] as const;
  const joule = unitFor([prediction.expected], 'energy');
  const rows = [
    predictionRow('per output token, prefill included', joule.name, prediction, joule.factor),
    predictionRow('mean power of the request', 'W', watts, 1),
  ];
  const facts = [
    ['per decoded token', formatQuantity(joulesPerDecodedToken, 'energy')],
    ['per prompt token', formatQuantity(joulesPerPromptToken, 'energy')],
  ] as const;
  return {
    title: `Energy (of the ${scope}; ideal: what the physical bound of speed would draw)`,
    lines: [
      ...renderTable(columns, rows, { width }),
      ...renderFacts(facts, width),
      ...wrap(`basis: ${basis}`, width),
      ...wrap(`interval: ${prediction.basis}`, width),
    ],
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
