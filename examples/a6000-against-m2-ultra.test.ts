/*
 * "An RTX A6000 or an M2 Ultra for the same money: what does a dollar buy for Llama 2 7B to 70B?"
 *
 * Both stream about 770 GB/s, so a token takes equally long on both: 768 GB/s over 13.5 GB are 57 token/s for 7B in 16 bits,
 * at best. What differs is room and arithmetic. The card has 48 GiB, the Mac gives its GPU three quarters of its 192 (96 of
 * 128, in the smaller one): 70B in 16 bits (138 GB) needs the large Mac, in 8 bits (74 GB) either Mac, in 4 bits (39 GB) all
 * three. The card multiplies 155 TFLOP/s in 16 bits against 27 and reads prompts several times as fast.
 *
 * Prices are those of the catalogue: 4,650 USD for the card alone, without its host, and 6,999 USD for the whole Mac with
 * 192 GB. One of 128 GB was sold for about 700,000 yen, 5,000 USD at 140 yen: the same money as the card.
 */
import { type EstimateInput, estimate, getHardware, type Hardware } from 'roofcast';
import { matchers } from 'roofcast/vitest';
import { describe, expect, it } from 'vitest';

expect.extend(matchers);

const card = getHardware('rtx-a6000');
const largeMac = getHardware('m2-ultra-76c');
const { unified } = largeMac.memory;
if (unified === undefined) throw new Error('an M2 Ultra has one unified memory');
const mac: Hardware = {
  ...largeMac,
  id: 'm2-ultra-128gb',
  memory: { unified: { ...unified, capacity: 128 * 2 ** 30 } },
  price: { purchase: 700_000 / 140 },
};

/** The card as if it were bought: its rent is another matter. */
const boughtCard: Hardware = { ...card, price: { purchase: card.price.purchase ?? Number.NaN } };

const bits = { 16: 'f16', 8: 'q8_0', 4: 'q4_0' } as const;
const sizes = ['llama-2-7b', 'llama-2-13b', 'codellama-34b', 'llama-2-70b'];

function run(hardware: Hardware, model: string, width: keyof typeof bits, more: Partial<EstimateInput> = {}) {
  return { engine: 'llama.cpp', ...more, hardware, model, weights: bits[width] } satisfies EstimateInput;
}

/** USD of the machine for each token/s that it writes. */
function usdPerTokenPerSecond(hardware: Hardware, model: string, width: keyof typeof bits): number {
  const { decode, cost } = estimate(run(hardware, model, width));
  return (cost?.purchaseUsd ?? Number.NaN) / decode.tokensPerSecond.expected;
}

describe('What fits', () => {
  it.each([
    // 16, 8 and 4 bits, of the card, the Mac of 128 GB and the Mac of 192 GB
    ['llama-2-7b', [true, true, true], [true, true, true], [true, true, true]],
    ['llama-2-13b', [true, true, true], [true, true, true], [true, true, true]],
    ['codellama-34b', [false, true, true], [true, true, true], [true, true, true]],
    ['llama-2-70b', [false, false, true], [false, true, true], [true, true, true]],
  ])('of %s: %j on the card, %j and %j on the Macs', (model, ...expected) => {
    for (const [index, hardware] of [boughtCard, mac, largeMac].entries()) {
      for (const [column, width] of ([16, 8, 4] as const).entries()) {
        const asked = run(hardware, model, width);
        if (expected[index]?.[column]) expect(asked).toFit();
        else expect(asked).not.toFit();
      }
    }
  });

  it('is decided by 2, 1.06 and 0.57 bytes per weight: 138, 73 and 39 GB of 70B', () => {
    const gigabytes = ([16, 8, 4] as const).map((width) => {
      return estimate(run(largeMac, 'llama-2-70b', width)).memory.weightBytes / 1e9;
    });
    expect(gigabytes.map(Math.round)).toEqual([138, 73, 39]);
  });
});

describe('One stream', () => {
  it('can be as fast on either, 57 token/s of 7B in 16 bits: bandwidth is the same', () => {
    const ideal = (hardware: Hardware) => estimate(run(hardware, 'llama-2-7b', 16)).decode.tokensPerSecond.ideal;
    expect(ideal(boughtCard)).toBeCloseTo(768e9 / 13.5e9, 0);
    expect(ideal(mac) / ideal(boughtCard)).toBeCloseTo(770 / 768, 2);
    expect(run(mac, 'llama-2-7b', 16)).toBeMemoryBound();
    expect(run(boughtCard, 'llama-2-7b', 16)).toBeMemoryBound();
  });

  it('is under llama.cpp within a quarter of the same speed, for every size and width that both hold', () => {
    for (const model of sizes) {
      const widths =
        model === 'llama-2-70b'
          ? ([4] as const)
          : model === 'codellama-34b'
            ? ([8, 4] as const)
            : ([16, 8, 4] as const);
      for (const width of widths) {
        expect(run(mac, model, width)).not.toBeFasterThan(run(boughtCard, model, width), { by: 1.25 });
        expect(run(boughtCard, model, width)).not.toBeFasterThan(run(mac, model, width), { by: 1.25 });
      }
    }
  });

  it('writes 70B in 4 bits at 8 token/s or more on both, surely', () => {
    expect(run(mac, 'llama-2-70b', 4)).toReachTokensPerSecond(8, { atLeast: 'low' });
    expect(run(boughtCard, 'llama-2-70b', 4)).toReachTokensPerSecond(8, { atLeast: 'low' });
    expect(run(mac, 'llama-2-70b', 8)).not.toReachTokensPerSecond(12);
  });

  it('waits for its prompt 2.5 to 6 times as long on the Mac', () => {
    const prompt = { promptTokens: 2048 };
    for (const model of ['llama-2-7b', 'llama-2-13b']) {
      const [quick, slow] = [run(boughtCard, model, 16, prompt), run(mac, model, 16, prompt)];
      expect(slow).toBeComputeBound({ phase: 'prefill' });
      expect(quick).toBeFasterThan(slow, { by: 2.5, phase: 'prefill' });
      expect(quick).not.toBeFasterThan(slow, { by: 6, phase: 'prefill' });
    }
    expect(run(boughtCard, 'llama-2-7b', 16, prompt)).toAnswerWithin(1);
    expect(run(mac, 'llama-2-7b', 16, prompt)).not.toAnswerWithin(1);
  });
});

describe('A dollar', () => {
  it('buys about as many token/s on either at the same price, and a third less on the Mac of 192 GB', () => {
    for (const width of [16, 8, 4] as const) {
      const ratio =
        usdPerTokenPerSecond(mac, 'llama-2-7b', width) / usdPerTokenPerSecond(boughtCard, 'llama-2-7b', width);
      expect(ratio).toBeGreaterThan(0.75);
      expect(ratio).toBeLessThan(1.4);
      const large = usdPerTokenPerSecond(largeMac, 'llama-2-7b', width);
      expect(large / usdPerTokenPerSecond(mac, 'llama-2-7b', width)).toBeCloseTo(6999 / 5000, 5);
    }
  });

  it('buys 50 and 100 USD per token/s of 7B in 8 and in 16 bits, and 300 of 70B in 4, give or take a half', () => {
    const asked = [
      ['llama-2-7b', 8, 50],
      ['llama-2-7b', 16, 100],
      ['llama-2-70b', 4, 300],
    ] as const;
    for (const [model, width, usd] of asked) {
      for (const hardware of [boughtCard, mac]) {
        expect(usdPerTokenPerSecond(hardware, model, width) / usd).toBeGreaterThan(0.67);
        expect(usdPerTokenPerSecond(hardware, model, width) / usd).toBeLessThan(1.5);
      }
    }
  });

  it('buys twice the memory on the Mac: 20.6 MB against 10.5', () => {
    const megabytes = (hardware: Hardware) => {
      const { memory, cost } = estimate(run(hardware, 'llama-2-7b', 4));
      return memory.usableBytes / 1e6 / (cost?.purchaseUsd ?? Number.NaN);
    };
    expect(megabytes(mac)).toBeCloseTo((0.75 * 128 * 2 ** 30) / 1e6 / 5000, 6);
    expect(megabytes(mac) / megabytes(boughtCard)).toBeCloseTo(1.96, 1);
  });

  it('makes a million tokens of 7B in 4 bits for less than a dollar on both, of 70B for less than 10', () => {
    for (const hardware of [mac, boughtCard]) {
      expect(run(hardware, 'llama-2-7b', 4)).toCostLessThan(1);
      expect(run(hardware, 'llama-2-70b', 4)).toCostLessThan(10);
      expect(run(hardware, 'llama-2-70b', 4)).not.toCostLessThan(2);
    }
  });
});

describe('Energy', () => {
  it('of a token of 7B in 16 bits is less for the whole Mac than for the card alone, which needs a host besides', () => {
    const { energy: ofMac } = estimate(run(mac, 'llama-2-7b', 16));
    const { energy: ofCard } = estimate(run(boughtCard, 'llama-2-7b', 16));
    expect([ofMac.scope, ofCard.scope]).toEqual(['system', 'board']);
    expect(run(mac, 'llama-2-7b', 16)).toUseLessEnergyThan(ofCard.joulesPerToken);
    expect(ofCard.joulesPerToken / ofMac.joulesPerToken).toBeGreaterThan(1.3);
  });

  it('falls with the bits on both, as fewer bytes move', () => {
    for (const hardware of [mac, boughtCard]) {
      const joules = ([16, 8, 4] as const).map(
        (width) => estimate(run(hardware, 'llama-2-13b', width)).energy.joulesPerToken,
      );
      expect(joules).toEqual([...joules].sort((a, b) => b - a));
    }
  });
});
