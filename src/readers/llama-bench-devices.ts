import type { BenchTest } from './llama-bench-row.js';

/** The devices of a test. */
export interface Devices {
  /** As printed, each name once; empty when nothing says. */
  readonly name: string;
  readonly count: number | undefined;
  /** How several devices share the model. */
  readonly split: 'layer' | 'row' | 'tensor';
}

/** Back ends by what llama.cpp calls them; those that only help the CPU come last. */
const backends: readonly (readonly [printed: RegExp, id: string])[] = [
  [/\bcuda\b/i, 'cuda'],
  [/\b(?:rocm|hip)\b/i, 'rocm'],
  [/\b(?:metal|mtl)\b/i, 'metal'],
  [/\bvulkan\b/i, 'vulkan'],
  [/\bsycl\b/i, 'sycl'],
  [/\b(?:cpu|blas|zendnn|accelerate)\b/i, 'cpu'],
];

/** Flags of builds before November 2024, which printed one field for each back end instead of their names. */
const flags: Readonly<Record<string, string>> = {
  cuda: 'CUDA',
  hipblas: 'ROCm',
  metal: 'Metal',
  vulkan: 'Vulkan',
  sycl: 'SYCL',
  opencl: 'OpenCL',
  kompute: 'Kompute',
};

/** Id of the back end, `cpu` when no layer was on a GPU while tokens were generated. */
export function backendOf(test: BenchTest): string {
  const printed = test.backends || printedByFlags(test);
  if (printed === undefined) return '';
  // A prompt may be read by the GPU even when no layer lies there.
  if (test.n_gpu_layers === '0' && !(Number(test.n_prompt) > 0)) return 'cpu';
  const known = backends.find(([pattern]) => pattern.test(printed.slice(0, 200)));
  return known?.[1] ?? printed.slice(0, 40).toLowerCase();
}

function printedByFlags(test: BenchTest): string | undefined {
  const name = Object.keys(flags).find((flag) => test[flag] === 'true' || test[flag] === '1');
  if (name !== undefined) return flags[name];
  return Object.keys(flags).some((flag) => test[flag] !== undefined) ? 'CPU' : undefined;
}

/** Devices that the test ran on. Those of a GPU are printed with a comma between. */
export function devicesOf(test: BenchTest, backend: string): Devices {
  const split = splitOf(test.split_mode);
  const printed = (backend === 'cpu' ? test.cpu_info : test.gpu_info) ?? '';
  if (printed === '') return { name: '', count: undefined, split };
  if (backend === 'cpu') return { name: printed, count: 1, split };
  const all = printed.split(/,\s*/).filter((name) => name !== '');
  const chosen = test.split_mode === 'none' ? all.slice(Number(test.main_gpu ?? 0)).slice(0, 1) : all;
  const used = [...new Set(chosen.length > 0 ? chosen : all.slice(0, 1))];
  return { name: used.join(', '), count: Math.max(1, chosen.length), split };
}

function splitOf(mode: string | undefined): Devices['split'] {
  return mode === 'row' || mode === 'tensor' ? mode : 'layer';
}
