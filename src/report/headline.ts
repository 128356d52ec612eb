import type { Estimate } from '../estimator/types.js';
import { formatCount } from '../format.js';

/** What was estimated: model, machine, engine. */
export function scenarioLine({ model, hardware, engine }: Estimate): string {
  return `${model.name} on ${hardware.name} with ${engineText(engine)}`;
}

/** Engine and programming interface: `llama.cpp (metal)`; an engine that drives any has none to name. */
export function engineText({ name, backend }: Estimate['engine']): string {
  return backend === 'any' ? name : `${name} (${backend})`;
}

/** Formats and amount of work: `q4_0 weights, f16 KV cache, batch 1, 512 prompt + 128 output tokens`. */
export function workloadLine({
  weights,
  kvCache,
  batch,
  promptTokens,
  outputTokens,
  cachedTokens,
  devices,
}: Estimate['workload']): string {
  const cached = cachedTokens > 0 ? `${formatCount(cachedTokens)} cached + ` : '';
  return [
    `${weights} weights`,
    `${kvCache} KV cache`,
    `batch ${formatCount(batch)}`,
    `${cached}${formatCount(promptTokens)} prompt + ${formatCount(outputTokens)} output tokens`,
    ...(devices > 1 ? [`${formatCount(devices)} devices`] : []),
  ].join(', ');
}
