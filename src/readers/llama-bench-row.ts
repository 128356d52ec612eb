import { cellsOf, joinOptions } from './columns.js';
import { backendOf, type Devices, devicesOf } from './llama-bench-devices.js';
import type { MeasurementRow, PrintedNames } from './types.js';
import { splitFileName, splitModelType } from './weight-format.js';

/** One test of llama-bench: the fields of its CSV and JSON, as text. Tables are brought to the same names. */
export type BenchTest = Readonly<Partial<Record<string, string>>>;

type RowOfTest = Pick<MeasurementRow, 'cells' | 'names' | 'problem'>;

/**
 * The measurement of one test: `tg` (text generation) is decode after `n_depth` tokens, `pp` (prompt processing) is prefill
 * with so many tokens cached. One sequence each.
 */
export function rowOfTest(test: BenchTest): RowOfTest {
  const backend = backendOf(test);
  const devices = devicesOf(test, backend);
  const model = splitModelType(test.model_type ?? '');
  const file = splitFileName(test.model_filename ?? '');
  const problem = problemOf(test, backend);
  const cells = cellsOf({
    date: /^\d{4}-\d{2}-\d{2}/.exec(test.test_time ?? '')?.[0] ?? '',
    hardware: devices.name,
    device_count: devices.count === undefined ? '' : String(devices.count),
    model: test.model_type ?? '',
    engine: 'llama.cpp',
    engine_version: versionOf(test),
    // Mixes that llama.cpp has no name for are told by the file alone.
    weight_format: (file.format?.startsWith('ud-') ? file.format : model.format) ?? file.format ?? '',
    kv_format: test.type_k || 'f16',
    parallelism: parallelismOf(devices),
    batch: '1',
    ...speedOf(test),
    options: optionsOf(test, backend, devices),
  });
  const row = { cells, names: namesOf(test, devices) };
  return problem === undefined ? row : { ...row, problem };
}

function speedOf(test: BenchTest): Partial<RowOfTest['cells']> {
  const prompt = numberOf(test.n_prompt);
  const generated = numberOf(test.n_gen);
  const depth = numberOf(test.n_depth);
  const value = test.avg_ts ?? '';
  if (prompt > 0 && generated > 0) return {};
  return prompt > 0
    ? { phase: 'prefill', input_tokens: String(prompt), output_tokens: '0', metric: 'prefill_tok_s', value }
    : { phase: 'decode', input_tokens: String(depth), output_tokens: String(generated), metric: 'decode_tok_s', value };
}

/** Why the test says nothing about one kind of device and one phase. */
function problemOf(test: BenchTest, backend: string): string | undefined {
  const prompt = numberOf(test.n_prompt);
  const generated = numberOf(test.n_gen);
  if (prompt > 0 && generated > 0) return `pp${prompt}+tg${generated} is prefill and decode in one figure`;
  if (!(prompt > 0) && !(generated > 0)) return 'the test neither reads a prompt nor generates';
  if (!(numberOf(test.avg_ts) > 0)) return `"${(test.avg_ts ?? '').slice(0, 40)}" is no rate in tokens per second`;
  const keys = test.type_k || 'f16';
  const values = test.type_v || 'f16';
  if (keys !== values) return `keys are cached in ${keys} and values in ${values}; one format is read`;
  if (/\brpc\b/i.test(test.backends ?? '') || test.rpc === 'true') return 'it ran over RPC, on several machines';
  if (backend === 'cpu') return undefined;
  if (test.n_gpu_layers === '0' && prompt > 0) return 'without layers on the GPU, GPU and CPU share a prompt';
  if (numberOf(test.n_cpu_moe) > 0)
    return `the experts of ${test.n_cpu_moe} layers ran on the CPU, the rest on the GPU`;
  if (isOn(test.no_kv_offload) === true) return 'the KV cache was kept in the memory of the host';
  const overridden = test.tensor_buft_overrides;
  if (overridden && overridden !== 'none') return `tensors were placed by hand: ${overridden.slice(0, 80)}`;
  return undefined;
}

function optionsOf(test: BenchTest, backend: string, { count, split }: Devices): string {
  const flash = isOn(test.flash_attn);
  const depth = numberOf(test.n_depth);
  const prefill = numberOf(test.n_prompt) > 0;
  const bytes = numberOf(test.model_size);
  return joinOptions({
    backend,
    fa: flash === undefined ? undefined : flash ? 'on' : 'off',
    cached_tokens: prefill && depth > 0 ? String(depth) : undefined,
    threads: backend === 'cpu' ? test.n_threads : undefined,
    ubatch: test.n_ubatch,
    split: count !== undefined && count > 1 ? split : undefined,
    file_gib: bytes > 0 ? (bytes / 2 ** 30).toFixed(2) : undefined,
  });
}

/** Layers split over devices are a pipeline; rows split over devices are tensor parallel. */
function parallelismOf({ count, split }: Devices): string {
  if (count === undefined || count < 2) return '';
  return `${split === 'layer' ? 'pp' : 'tp'}=${count}`;
}

function namesOf(test: BenchTest, devices: Devices): PrintedNames {
  const parameters = numberOf(test.model_n_params);
  return {
    ...(devices.name === '' ? {} : { hardware: devices.name }),
    ...(test.model_type ? { model: test.model_type } : {}),
    ...(test.model_filename ? { modelFile: test.model_filename } : {}),
    ...(parameters > 0 ? { parameters } : {}),
  };
}

function versionOf({ build_commit: commit, build_number: number }: BenchTest): string {
  if (!commit || commit === 'unknown') return '';
  return number && number !== '0' ? `${commit} (${number})` : commit;
}

/** Undefined for `auto` and for what is not said. */
function isOn(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1' || text === 'on') return true;
  return text === 'false' || text === '0' || text === 'off' ? false : undefined;
}

/** 0 for what is absent, NaN for what is no number. */
function numberOf(text: string | undefined): number {
  return Number(text ?? 0);
}
