import { HOSTS, type Host } from '../roofline/energy-constants.js';
import { invalidCell, type Reading } from './row.js';

/** The structured facts of a row's `options`; keys that no prediction needs are passed over. */
export interface RowOptions {
  readonly backend: string | undefined;
  readonly threads: number | undefined;
  /** Tokens per prefill pass. */
  readonly chunk: number | undefined;
  readonly flashAttention: boolean | undefined;
  readonly cachedTokens: number;
  /** Tokens of context that the graphs were compiled for. */
  readonly fixedContext: number | undefined;
  /** Bytes of the weight file. */
  readonly fileBytes: number | undefined;
  readonly powerLimit: number | undefined;
  readonly powerScope: PowerScope | undefined;
  /** What stands around the device, where power is read at the wall. */
  readonly host: Host | undefined;
  readonly powerStatistic: 'mean' | 'median' | 'peak' | undefined;
  /** Tokens per second of the run whose power is given: of output, in a prefill row of the prompt. */
  readonly measuredTokensPerSecond: number | undefined;
  /** As above, of the steady part of a run whose power was averaged over all of it. */
  readonly steadyTokensPerSecond: number | undefined;
  /** True for one batch whose requests start together and all run to the end: nothing takes the place of one that ends. */
  readonly staticBatch: boolean;
  /** How a model is spread over devices. */
  readonly split: string | undefined;
}

/** Whose power is given: of the accelerator's board, of the chip package, or of the whole system at the wall. */
export type PowerScope = 'board' | 'package' | 'wall';

const SCOPES: readonly PowerScope[] = ['board', 'package', 'wall'];
const STATISTICS = ['mean', 'median', 'peak'] as const;
const GIB = 2 ** 30;

/** Reads `key=value;key=value`. A number that is none is refused; unknown keys are not. */
export function readOptions(text: string): Reading<RowOptions> {
  const pairs = new Map<string, string>();
  for (const pair of text.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) pairs.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  for (const key of [
    'threads',
    'ubatch',
    'cached_tokens',
    'fixed_context',
    'file_gib',
    'power_limit_w',
    'measured_tok_s',
    'steady_tok_s',
  ]) {
    const value = pairs.get(key);
    if (value !== undefined && !(Number(value) >= 0 && value !== '')) {
      return invalidCell(`options.${key}`, value, 'a number of at least 0');
    }
  }
  const number = (key: string): number | undefined => (pairs.has(key) ? Number(pairs.get(key)) : undefined);
  const gib = number('file_gib');
  const fa = pairs.get('fa');
  return {
    ok: true,
    value: {
      backend: pairs.get('backend'),
      threads: number('threads'),
      chunk: number('ubatch'),
      flashAttention: fa === undefined ? undefined : fa === 'on',
      cachedTokens: number('cached_tokens') ?? 0,
      fixedContext: number('fixed_context'),
      fileBytes: gib === undefined ? undefined : gib * GIB,
      powerLimit: number('power_limit_w'),
      powerScope: SCOPES.find((scope) => scope === pairs.get('power_scope')),
      host: HOSTS.find((host) => host === pairs.get('host')),
      powerStatistic: STATISTICS.find((statistic) => statistic === pairs.get('power_stat')),
      measuredTokensPerSecond: number('measured_tok_s'),
      steadyTokensPerSecond: number('steady_tok_s'),
      staticBatch: pairs.get('batching') === 'static',
      split: pairs.get('split'),
    },
  };
}
