import { describe, expect, it } from 'vitest';
import { listHardware } from '../../src/index.js';
import { parseOne, roofcast } from './roofcast.js';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly vendor: string;
  readonly capacity: number;
  readonly bandwidth?: number;
  readonly peak16Bit?: number;
  readonly purchase?: number;
  readonly rental?: number;
  readonly year?: number;
  readonly parameters: number;
  readonly backends: readonly string[];
}

async function rows(...args: readonly string[]): Promise<Row[]> {
  const { code, out } = await roofcast('list', ...args, '--json');
  expect(code).toBe(0);
  return parseOne(out) as Row[];
}

const asked = ['hardware', '--kind', 'gpu', '--min-memory', '24GB', '--max-price', '2000 USD', '--sort', 'bandwidth'];

describe('roofcast list', () => {
  it('keeps what every flag asks for, and nothing else', async () => {
    const found = await rows(...asked);
    const expected = listHardware().filter(
      ({ kind, memory, price }) =>
        kind === 'gpu' &&
        Object.values(memory).some(({ holds, capacity }) => holds === 'weights' && capacity >= 24e9) &&
        (price.purchase ?? Number.POSITIVE_INFINITY) <= 2000,
    );
    expect(found.length).toBeGreaterThan(3);
    expect(found.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
  });

  it.each([
    ['bandwidth', ({ bandwidth }: Row) => bandwidth, -1],
    ['memory', ({ capacity }: Row) => capacity, -1],
    ['flops', ({ peak16Bit }: Row) => peak16Bit, -1],
    ['year', ({ year }: Row) => year, -1],
    ['price', ({ purchase }: Row) => purchase, 1],
    ['rent', ({ rental }: Row) => rental, 1],
  ] as const)('sorts by %s, the best first and the unknown last', async (by, of, sign) => {
    for (const reverse of [false, true]) {
      const found = await rows('hardware', '--sort', by, ...(reverse ? ['--reverse'] : []));
      const values = found.map(of);
      const known = values.filter((value) => value !== undefined);
      expect(found).toHaveLength(listHardware().length);
      expect(values.slice(0, known.length)).toEqual(known);
      expect(known).toEqual(known.toSorted((a, b) => (reverse ? -sign : sign) * (a - b)));
    }
  });

  it('takes the first so many', async () => {
    const all = await rows(...asked);
    expect(await rows(...asked, '--limit', '2')).toEqual(all.slice(0, 2));
  });

  it('takes several words of a kind, in any letter case', async () => {
    const found = await rows('hardware', '--kind', 'tpu,wafer', '--vendor', 'google,CEREBRAS');
    expect(new Set(found.map(({ vendor }) => vendor))).toEqual(new Set(['Google', 'Cerebras']));
  });

  it('tells a price to rent from one to buy by its unit', async () => {
    const found = await rows('hardware', '--max-price', '1 USD/h');
    expect(found.length).toBeGreaterThan(0);
    for (const { rental } of found) expect(rental).toBeLessThanOrEqual(1 / 3600);
  });

  it('narrows models by size and engines by what they drive', async () => {
    const models = await rows('models', '--min-parameters', '7B', '--max-parameters', '8B', '--sort', 'parameters');
    expect(models.length).toBeGreaterThan(5);
    for (const { parameters } of models) expect(parameters >= 7e9 && parameters <= 8e9).toBe(true);
    const engines = await rows('engines', '--interface', 'metal');
    expect(engines.map(({ id }) => id)).toContain('mlx');
    for (const { backends } of engines) expect(backends).toContain('metal');
  });

  it('says when nothing is left, and is no error then', async () => {
    const { code, out, err } = await roofcast('list', 'hardware', '--min-memory', '900 TB', '--kind', 'gpu', '--json');
    expect({ code, out: parseOne(out), err }).toEqual({ code: 0, out: [], err: 'none of the hardware is like that\n' });
  });

  it.each([
    [['hardware', '--kind', 'gup'], '--kind: there is no "gup"; did you mean "gpu"? there are accelerator, apu, cpu'],
    [['hardware', '--vendor', 'nvdia'], '--vendor: there is no "nvdia"; did you mean "NVIDIA"?'],
    [['hardware', '--sort', 'banana'], '--sort: there is no "banana"; there are id, name, memory, bandwidth, flops'],
    [['hardware', '--min-memory', '24'], '--min-memory: "24" has no unit; write it as in "80 GiB"'],
    [['hardware', '--min-memory', '24Gb'], '--min-memory: "24Gb" is in bits, not bytes; write GB'],
    [['hardware', '--max-price', 'cheap'], '--max-price: "cheap" is not a price; write it as in "30000 USD"'],
    [['hardware', '--limit', '0'], '--limit: 0 is not a whole number from 1'],
    [['models', '--kind', 'gpu'], '--kind: says nothing of models; "list models" takes --vendor, --min-parameters'],
    [
      ['models', '--max-parameters', 'many'],
      '--max-parameters: "many" is not a number of parameters; write it as in "8B"',
    ],
    [['formats', '--sort', 'name'], '--sort: says nothing of formats; leave it out'],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await roofcast('list', ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error: ${message}`);
  });
});
