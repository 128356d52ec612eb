import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressBar } from '../../src/cli/progress.js';
import { getHardware, sweep, vary } from '../../src/index.js';
import { parseOne, roofcast } from './roofcast.js';

const root = path.resolve(import.meta.dirname, '../..');
const asked = ['sweep', '--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb', '--weights', 'q4_0'];
const base = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'q4_0' };

const FULL = 'warning: more than 95 % of the usable memory is taken';
/** What is doubtful about the machine, as every estimate on it says. */
const DOUBT = 'warning: h100-sxm-80gb: assumed, not published: memory.hbm.usable';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-sweep-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => path.join(folder, name);

describe('roofcast sweep', () => {
  it('shows the first points, how many more there are, and why some cannot run', async () => {
    const { code, out, err } = await roofcast(
      ...asked,
      '--axis',
      'batch=512:16:-16',
      '--metric',
      'decode.tokensPerSecond',
    );
    expect({ code, err }).toEqual({ code: 0, err: `${DOUBT} (14 of 32 points)\n${FULL} (1 of 32 points)\n` });
    expect(out).toMatch(/^ +batch +decode.tokensPerSecond\n +token\/s\n 0 +512 +–\n/);
    expect(out).toMatch(/^19 +208 +[\d,]+$/m);
    expect(out).toContain('12 more points; -o points.csv writes all');
    expect(out).toMatch(/^0: llama-2-7b needs .* short; it fits/m);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('prints with --json what the library gives', async () => {
    const { code, out } = await roofcast(
      ...[...asked, '--json', '--axis', 'batch=1,100000', '--axis', 'promptTokens=log:128:512:3'],
      ...['--metric', 'slowest=decode.tokensPerSecond.low', '--metric', 'decode.bound'],
    );
    const input = {
      base,
      axes: { batch: [1, 100_000], promptTokens: [128, 256, 512] },
      metrics: { slowest: 'decode.tokensPerSecond.low', 'decode.bound': 'decode.bound' },
    };
    const rows = [...sweep(input)].map((row) =>
      row.ok
        ? { index: row.index, point: row.point, values: row.values }
        : { index: row.index, point: row.point, error: { code: row.error.code, message: row.error.message } },
    );
    expect(code).toBe(0);
    expect(parseOne(out)).toMatchObject({ schemaVersion: 1, points: 6, rows });
  });

  it('takes several machines as the first axis, and varies all of them', async () => {
    const { out } = await roofcast(
      ...['sweep', '--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb,a100-sxm-80gb', '--weights', 'q4_0', '--json'],
      ...['--axis', 'batch=1,2', '--metric', 'decode.tokensPerSecond', '--set', 'memory.hbm.bandwidth=2x'],
    );
    const double = (id: string) => vary(getHardware(id), { 'memory.hbm.bandwidth': '2x' });
    const hardware = [double('h100-sxm-80gb'), double('a100-sxm-80gb')];
    const expected = sweep({ base, axes: { hardware, batch: [1, 2] }, metrics: ['decode.tokensPerSecond'] });
    const { rows } = parseOne(out) as { rows: unknown[] };
    expect(rows).toEqual([...expected].map(({ ok: _, ...row }) => row));
  });

  it('takes plain numbers for figures that are such', async () => {
    const flags = ['--axis', 'hardware.units.gpu.count=66,132', '--axis', 'engine.constants.memory-efficiency=0.5,0.6'];
    const { code, out } = await roofcast(...asked, ...flags, '--metric', 'hardware.cores', '--json');
    const { rows } = parseOne(out) as { rows: { point: unknown; values: Record<string, number> }[] };
    expect(code).toBe(0);
    expect(rows.map(({ values }) => values['hardware.cores'])).toEqual([66, 66, 132, 132]);
    expect(rows[0]?.point).toEqual({
      'hardware.units.gpu.count': 66,
      'engine.constants.memory-efficiency': 0.5,
    });
  });

  it('reads a figure that only one of its machines has', async () => {
    const flags = ['--hardware', 'rtx-4090,h100-sxm-80gb', '--axis', 'hardware.memory.hbm.bandwidth=2 TB/s,2'];
    const { code, err } = await roofcast('sweep', '--model', 'llama-2-7b', ...flags);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('"2" has no unit') });
  });

  it('varies the models of an axis, and reads files among them', async () => {
    const file = inFolder('half.json');
    writeFileSync(
      file,
      JSON.stringify({
        ...{ model_type: 'llama', hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 16 },
        ...{ num_attention_heads: 32, num_key_value_heads: 32, vocab_size: 32_000, max_position_embeddings: 4096 },
      }),
    );
    const flags = ['--axis', `model=llama-2-7b,${file}`, '--metric', 'model.parameters', '--json'];
    const parameters = async (...more: string[]) => {
      const { rows } = parseOne((await roofcast(...asked, ...flags, ...more)).out) as {
        rows: { values: Record<string, number> }[];
      };
      return rows.map(({ values }) => values['model.parameters'] ?? 0);
    };
    const [whole = 0, half = 0] = await parameters();
    expect(half).toBeLessThan(0.6 * whole);
    const [varied = 0] = await parameters('--set', 'model.pattern.0.repeat=16');
    expect(varied).toBeCloseTo(half, -6);
  });

  it('writes all points into a file, and says how many cannot run', async () => {
    const file = inFolder('points.csv');
    const flags = [...asked, '--axis', 'batch=1,64,100000', '--metric', 'decode.tokensPerSecond'];
    expect(await roofcast(...flags, '-o', file)).toEqual({
      code: 0,
      out: '',
      err: `note: 1 of the points cannot run; the column "error" says why\n${DOUBT} (2 of 3 points)\n`,
    });
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines[0]).toBe('index,batch,decode.tokensPerSecond [token/s],error');
    expect(lines[3]).toBe('2,100000,,does-not-fit');
    const { out } = await roofcast(...flags, '--json', '--format', 'jsonl', '-o', file);
    expect(parseOne(out)).toEqual({ schemaVersion: 1, file, done: 3, total: 3, failed: 1 });
    expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[2] ?? '')).toEqual({
      index: 2,
      batch: 100_000,
      error: 'does-not-fit',
    });
  });

  it('ends with 1, and the reason, where no point can run', async () => {
    const flags = [...asked, '--axis', 'batch=5000,10000', '--metric', 'decode.tokensPerSecond'];
    const table = await roofcast(...flags);
    expect(table).toMatchObject({ code: 1, err: '' });
    expect(table.out).toMatch(/^0: llama-2-7b needs .* short/m);
    const file = await roofcast(...flags, '-o', inFolder('none.csv'));
    expect(file).toMatchObject({ code: 1, out: '' });
    expect(file.err).toMatch(
      /^error: none of the 2 points can run; the first: llama-2-7b needs .* short; it fits with/,
    );
    expect((await roofcast(...flags, '--json')).code).toBe(1);
    // The point that runs is not among those that are shown.
    const late = await roofcast(...asked, '--axis', 'batch=10000:8:-333', '--metric', 'decode.tokensPerSecond');
    expect(late.code).toBe(0);
    // A piece of a sweep may have none that runs, or no point at all.
    const two = [...asked, '--axis', 'batch=1,10000', '--metric', 'decode.tokensPerSecond', '--shard'];
    expect((await roofcast(...two, '2/2')).code).toBe(1);
    expect((await roofcast(...two, '3/3')).code).toBe(0);
  });

  it('says what is doubtful about the points once, with their number', async () => {
    const machines = ['sweep', '--model', 'llama-2-7b', '--hardware', 'dgx-h100,m2-ultra-76c', '--axis', 'batch=1,2'];
    const { err, out } = await roofcast(...machines, '--json');
    expect(err).toMatch(/^warning: dgx-h100 is a system of 8 devices.* \(2 of 4 points\)$/m);
    expect(parseOne(out)).toMatchObject({ warnings: [{ code: 'one-device-of-several', points: 2 }, { points: 2 }] });
    // Of many points, those of each value are looked at.
    const many = await roofcast(...machines.slice(0, -1), 'batch=1:1000', '-o', inFolder('many.csv'));
    expect(many.err).toMatch(/^warning: dgx-h100 is a system of 8 devices[^()]*$/m);
    expect(readFileSync(inFolder('many.csv'), 'utf8')).not.toContain('system of');
  });

  it('says a few of as many doubts as there are points, and how many more there are', async () => {
    const mac = ['sweep', '--model', 'llama-2-7b', '--hardware', 'm2-ultra-76c', '--weights', 'f16'];
    const { err } = await roofcast(...mac, '--axis', 'hardware.memory.unified.bandwidth=linear:400 GB/s:4000 GB/s:10');
    const lines = err.trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /is 800 GB\/s, of which units.gpu.bandwidth lets through no more than 770 GB\/s.* \(1 of 10 points\)$/,
    );
    expect(lines[3]).toBe('warning: 6 more such warnings (bandwidth-in-vain)');
  });

  it('says which price changes nothing', async () => {
    const { err } = await roofcast(...asked, '--axis', 'price.lifeYears=1,4');
    expect(err).toContain(
      'note: h100-sxm-80gb is charged by its rent, to which price.lifeYears adds nothing; change hardware.price.rental\n',
    );
    const bought = ['sweep', '--model', 'llama-2-7b', '--hardware', 'm2-ultra-76c', '--axis', 'price.lifeYears=1,4'];
    expect((await roofcast(...bought)).err).toBe('');
  });

  it('writes shards that are the whole one behind the other', async () => {
    const flags = [...asked, '--axis', 'batch=1:10', '--axis', 'promptTokens=1,100,1000'];
    await roofcast(...flags, '-o', inFolder('whole.csv'));
    const parts: string[] = [];
    for (const shard of ['1/4', '2/4', '3/4', '4/4']) {
      await roofcast(...flags, '--shard', shard, '-o', inFolder('part.csv'));
      parts.push(readFileSync(inFolder('part.csv'), 'utf8'));
    }
    expect(parts.join('')).toBe(readFileSync(inFolder('whole.csv'), 'utf8'));
    const { out } = await roofcast(...flags, '--shard', '4/4', '--json');
    expect((parseOne(out) as { rows: { index: number }[] }).rows.map(({ index }) => index)).toEqual([
      23, 24, 25, 26, 27, 28, 29,
    ]);
  });

  it('writes one header where there are more shards than points', async () => {
    const flags = [...asked, '--axis', 'batch=1,2', '--metric', 'decode.bound'];
    await roofcast(...flags, '-o', inFolder('two.csv'));
    const parts: string[] = [];
    for (const shard of ['1/5', '2/5', '3/5', '4/5', '5/5']) {
      await roofcast(...flags, '--shard', shard, '-o', inFolder('fifth.csv'));
      parts.push(readFileSync(inFolder('fifth.csv'), 'utf8'));
    }
    expect(parts.join('')).toBe(readFileSync(inFolder('two.csv'), 'utf8'));
  });

  it('has nothing left to do where a file is complete', async () => {
    const file = inFolder('complete.parquet');
    const flags = [...asked, '--axis', 'batch=1:5', '-o', file];
    await roofcast(...flags);
    const before = readFileSync(file);
    expect(await roofcast(...flags, '--resume')).toEqual({ code: 0, out: '', err: `${DOUBT}\n` });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('roofcast sweep refuses', () => {
  const axis = ['--axis', 'batch=1:4'];
  it.each<[string, string[], RegExp]>([
    ['no axis', [], /^error: --axis: nothing is swept; name a field and its values, as in --axis batch=1:64\n$/],
    ['an axis without values', ['--axis', 'batch='], /^error: axis batch: has no values; write batch=1,8,64/],
    ['half an axis', ['--axis', 'batch'], /^error: axis batch: "batch" has no "="/],
    [
      'a range of quantities',
      ['--axis', 'price.lifeYears=1 a:2 a:3'],
      /with units write price.lifeYears='linear:1 a:2 a:3'/,
    ],
    ['an unknown axis', ['--axis', 'bacth=1:4'], /^error: bacth: no axis has this name; did you mean "batch"\?/],
    ['an axis twice', [...axis, ...axis], /^error: --axis: "batch" is an axis twice; keep one\n$/],
    [
      'machines as an axis',
      ['--axis', 'hardware=h100'],
      /^error: --axis: machines are no --axis; name them with --hardware/,
    ],
    [
      'a figure that no machine has',
      ['--axis', 'hardware.memory.hbn.bandwidth=2x,3x'],
      /^error: memory.hbn.bandwidth: .* has no figure "memory.hbn.bandwidth"/,
    ],
    [
      'an unknown model among others',
      ['--axis', 'model=llama-2-7b,llama-2-8b'],
      /^error: no model has the id "llama-2-8b"/,
    ],
    ['a weight format that there is not', ['--axis', 'weights=q4_9'], /^error: --weights: /],
    [
      'one among others',
      ['--axis', 'weights=q4_0,q4_1x'],
      /^error: --weights: no weight format has the id "q4_1x"; did you mean q4_1/,
    ],
    [
      'a cache format among others',
      ['--axis', 'kvCache=f16,q9'],
      /^error: --kv-cache: no cache format has the id "q9"/,
    ],
    ['half a sequence', ['--axis', 'batch=1,1.5'], /^error: --batch: 1.5 is not a whole number/],
    [
      'what is neither true nor false',
      ['--axis', 'flashAttention=true,maybe'],
      /^error: axis flashAttention: "maybe" is not true or false/,
    ],
    [
      'what is no month',
      ['--axis', 'engineDate=2024-01,foo'],
      /^error: engineDate: "foo" is no month; write it as in 2024-05/,
    ],
    [
      'a figure without its unit',
      ['--axis', 'hardware.memory.hbm.bandwidth=3.35,4 TB/s'],
      /^error: memory.hbm.bandwidth: "3.35" has no unit; write it as in "3.35 TB\/s"\n$/,
    ],
    [
      'a range of one',
      ['--axis', 'hardware.memory.hbm.bandwidth=linear:1:8:3'],
      /^error: memory.hbm.bandwidth: "1" has no unit; write it as in "3.35 TB\/s"\n$/,
    ],
    [
      'a figure of the engine without its unit',
      ['--axis', 'engine.constants.step-overhead=1,2'],
      /^error: constants.step-overhead: "1" has no unit/,
    ],
    [
      'a path without its spec',
      ['--axis', 'memory.hbm.bandwidth=2x'],
      /^error: memory.hbm.bandwidth: no axis has this name; did you mean "hardware.memory.hbm.bandwidth"\?/,
    ],
    [
      'an unknown metric',
      [...axis, '--metric', 'decode.tokenPerSecond'],
      /^error: .*did you mean "decode.tokensPerSecond"/,
    ],
    ['half a metric', [...axis, '--metric', 'rate='], /^error: --metric: "rate=" names no figure/],
    [
      'a metric twice',
      [...axis, '--metric', 'decode.bound', '--metric', 'decode.bound'],
      /"decode.bound" is a metric twice/,
    ],
    [
      'a metric named as an axis',
      [...axis, '--metric', 'batch=decode.bound', '-o', 'a.csv'],
      /two columns are called "batch"/,
    ],
    [
      'a shard that there is not',
      [...axis, '--shard', '3/2'],
      /^error: --shard: there is no piece 3 of 2; write 1\/4\n$/,
    ],
    ['a shard of another form', [...axis, '--shard', '50%'], /^error: --shard: "50%" is no piece; write 1\/4/],
    [
      'to resume nothing',
      [...axis, '--resume'],
      /^error: --resume: is about a file, and none is named; name one with -o/,
    ],
    ['workers for nothing', [...axis, '--workers', '2'], /^error: --workers: is about a file/],
    ['no workers', [...axis, '--workers', '0', '-o', 'a.csv'], /^error: --workers: 0 is no number of threads/],
    ['too many workers', [...axis, '--workers', '100000', '-o', 'a.csv'], /^error: --workers: 100000 threads are more/],
    [
      'an unknown format',
      [...axis, '--format', 'xlsx', '-o', 'a.xlsx'],
      /there is no format "xlsx"; write one of csv, jsonl, parquet/,
    ],
    ['a file of no format', [...axis, '-o', 'a.txt'], /nothing tells which format "a.txt" is to have/],
    [
      'a folder that there is not',
      [...axis, '-o', 'none/such/a.csv'],
      /"none\/such\/a.csv" cannot be written \(ENOENT\)/,
    ],
    [
      'too large a document',
      ['--axis', 'batch=1:200000', '--json'],
      /200,000 points are too many for one JSON document/,
    ],
    ['more points than can be counted', ['--axis', 'batch=1:1e9', '--axis', 'promptTokens=1:1e9'], /too many to count/],
  ])('%s', async (_, flags, message) => {
    const { code, err } = await roofcast(...asked, ...flags);
    expect(err).toMatch(message);
    expect(code).toBe(1);
    expect(existsSync('a.csv')).toBe(false);
  });

  it('to go on with a file of another sweep', async () => {
    const file = inFolder('other.csv');
    await roofcast(...asked, '--axis', 'batch=1:4', '-o', file);
    const { code, err } = await roofcast(...asked, '--axis', 'batch=1:5', '-o', file, '--resume');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: --resume: ".*other.csv" cannot be gone on with: it is of another sweep; repeat/);
  });
});

describe('Ctrl-C', () => {
  // Each point has a machine of its own, so that there is time to interrupt.
  const slow = ['--axis', 'hardware.memory.hbm.bandwidth=linear:1 TB/s:4 TB/s:12000'];
  const command = ['--import', './test/stream/typescript.mjs', 'src/cli/main.ts', ...asked, ...slow];

  it.each([
    ['one thread', '1'],
    ['several', '2'],
  ])(
    'leaves whole lines with %s, and --resume goes on to the same file',
    async (_, workers) => {
      const [file, whole] = [inFolder(`stopped-${workers}.csv`), inFolder(`uninterrupted.csv`)];
      const flags = ['--metric', 'decode.tokensPerSecond', '-o', file, '--workers', workers];
      const child = spawn(process.execPath, [...command, ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
      let err = '';
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
      while (child.exitCode === null && (!existsSync(file) || statSync(file).size < 1000)) await setTimeout(2);
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(err).toMatch(/^stopped after [\d,]+ of 12,000 points; --resume goes on\n$/);
      expect(readFileSync(file, 'utf8')).toMatch(/\n$/);
      await roofcast(...asked, ...slow, ...flags.slice(0, 4), '--resume');
      if (!existsSync(whole)) await roofcast(...asked, ...slow, '--metric', 'decode.tokensPerSecond', '-o', whole);
      expect(readFileSync(file).equals(readFileSync(whole))).toBe(true);
    },
    120_000,
  );

  it('is no matter where a process ends by itself', () => {
    const file = inFolder('short.jsonl');
    const flags = [...asked, '--axis', 'batch=1:3', '-o', file, '--workers', '2'];
    const script = ['--import', './test/stream/typescript.mjs', 'src/cli/main.ts', ...flags];
    const { status, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: `${DOUBT}\n` });
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  }, 60_000);
});

describe('the progress bar', () => {
  const draw = (live: boolean): string[] => {
    const drawn: string[] = [];
    let time = 0;
    const terminal = { write: () => undefined, warn: (text: string) => drawn.push(text), columns: 80, live };
    const bar = progressBar(terminal, () => time);
    for (const [at, done] of [
      [500, 100],
      [1500, 250],
      [1550, 260],
      [2000, 1000],
    ] as const) {
      time = at;
      bar.show({ done, total: 1000, failed: 0 });
    }
    bar.clear();
    return drawn;
  };

  it('comes after a second, in one line that is taken away at the end', () => {
    expect(draw(true)).toEqual([
      '\r\u001b[K██████░░░░░░░░░░░░░░░░░░ 25 %, 250 of 1,000, 8 s left',
      `\r\u001b[K${'█'.repeat(24)} 100 %, 1,000 of 1,000, 0 s left`,
      '\r\u001b[K',
    ]);
  });

  it('comes on a terminal alone', () => {
    expect(draw(false)).toEqual([]);
  });
});
