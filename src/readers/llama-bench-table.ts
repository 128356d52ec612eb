import { cellsOf } from './columns.js';
import { linesOf } from './lines.js';
import { deviceInLog } from './llama-bench-log.js';
import { type BenchTest, rowOfTest } from './llama-bench-row.js';
import type { MeasurementRow } from './types.js';

/** Longest line that is looked at. */
const longestLine = 4096;

/** Most devices of one run. */
const mostDevices = 64;

/** Columns of the table that have another name in the CSV. */
const csvNames: Readonly<Record<string, string>> = {
  model: 'model_type',
  backend: 'backends',
  ngl: 'n_gpu_layers',
  th: 'n_threads',
  threads: 'n_threads',
  sm: 'split_mode',
  mg: 'main_gpu',
  nkvo: 'no_kv_offload',
  fa: 'flash_attn',
  ot: 'tensor_buft_overrides',
  ncmoe: 'n_cpu_moe',
  't/s': 'avg_ts',
};

interface Found {
  readonly line: number;
  readonly header: readonly string[];
  readonly cells: readonly string[];
  readonly devices: readonly string[];
}

/**
 * Rows of the tables that llama-bench prints, wherever they stand in a page or a log of the terminal. The log above a table
 * tells the devices, the line below it the build.
 */
export function readLlamaBenchTables(text: string): readonly MeasurementRow[] {
  const rows: MeasurementRow[] = [];
  let waiting: Found[] = [];
  let header: readonly string[] | undefined;
  let devices: readonly string[] = [];
  const flush = (build: BenchTest = {}): void => {
    for (const found of waiting) rows.push(rowOf(found, build));
    waiting = [];
  };
  let line = 0;
  for (const raw of linesOf(text)) {
    line++;
    if (raw.length > longestLine) continue;
    const cells = cellsOfLine(raw);
    const device = cells === undefined ? deviceInLog(raw) : undefined;
    if (cells !== undefined && isHeader(cells)) {
      flush();
      header = cells;
    } else if (cells !== undefined && header !== undefined) {
      if (isData(cells)) waiting.push({ line, header, cells, devices });
    } else if (device !== undefined) {
      // The first device begins the list of another run.
      devices = device.index === 0 ? [device.name] : [...devices, device.name].slice(0, mostDevices);
    } else if (raw.startsWith('build:')) {
      flush(buildOf(raw));
      header = undefined;
    } else if (raw.trim() === '') header = undefined;
  }
  flush();
  return rows;
}

/** Cells of a line of a table; undefined for any other line. Quoted replies begin with `>`. */
function cellsOfLine(raw: string): readonly string[] | undefined {
  const line = raw.replace(/^[\s>]+/, '').trimEnd();
  if (!line.startsWith('|')) return undefined;
  const cells = line.slice(1).split('|');
  return (line.endsWith('|') ? cells.slice(0, -1) : cells).map((cell) => cell.trim());
}

function isHeader(cells: readonly string[]): boolean {
  return ['model', 'test', 't/s'].every((name) => cells.includes(name));
}

function isData(cells: readonly string[]): boolean {
  return cells.some((cell) => /[^\s:-]/.test(cell));
}

function rowOf({ line, header, cells, devices }: Found, build: BenchTest): MeasurementRow {
  const problem = `line ${line} has ${cells.length} of ${header.length} cells`;
  if (cells.length !== header.length) return { line, cells: cellsOf(), problem };
  const named = header.map((name, at) => [csvNames[name] ?? name, cells[at] ?? '']);
  const fields: BenchTest = { ...build, ...Object.fromEntries(named) };
  const size = quantityOf(fields.size ?? '');
  const params = quantityOf(fields.params ?? '');
  const test: BenchTest = {
    ...fields,
    gpu_info: devices.join(', '),
    model_size: size === undefined ? '' : String(size),
    model_n_params: params === undefined ? '' : String(params),
    // A rate and its standard deviation: "61.93 ± 0.08".
    avg_ts: /^\d+(?:\.\d+)?/.exec(fields.avg_ts ?? '')?.[0] ?? fields.avg_ts ?? '',
    ...testOf(fields.test ?? ''),
  };
  const row = rowOfTest(test);
  if (/^(?:pp ?\d+|tg ?\d+|pp ?\d+\+tg ?\d+)(?: ?@ ?d\d+)?$/.test(fields.test ?? '')) return { line, ...row };
  return { line, ...row, problem: `"${(fields.test ?? '').slice(0, 40)}" is no test of llama-bench` };
}

/** `pp512`, `pp 512` (until 2024), `tg128 @ d4096`, `pp512+tg128`. */
function testOf(name: string): BenchTest {
  return {
    n_prompt: /pp ?(\d+)/.exec(name)?.[1] ?? '0',
    n_gen: /tg ?(\d+)/.exec(name)?.[1] ?? '0',
    n_depth: /@ ?d(\d+)/.exec(name)?.[1] ?? '0',
  };
}

const scales: Readonly<Record<string, number>> = {
  K: 1e3,
  M: 1e6,
  B: 1e9,
  T: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

function quantityOf(text: string): number | undefined {
  const [number = '', unit = ''] = text.split(' ');
  const scale = scales[unit];
  return scale === undefined || !(Number(number) > 0) ? undefined : Math.round(Number(number) * scale);
}

/** `build: 8e672ef (1550)`. */
function buildOf(line: string): BenchTest {
  const [, commit = '', number = ''] = /^build: (\w+)(?: \((\d+)\))?/.exec(line) ?? [];
  return { build_commit: commit, build_number: number };
}
