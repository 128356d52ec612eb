// How the programs here measure. They are plain JavaScript and import what the build made: the compiler that runs TypeScript
// as it stands makes functions slower.

/** Keeps results alive, so that no loop is optimised away. */
let sink = 0;

/**
 * Median seconds of a call once it has warmed up for three seconds, over 100 batches that last about 20 ms each.
 * @param {(index: number) => number} call
 */
export function secondsOf(call) {
  const batch = (/** @type {number} */ calls) => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) sink += call(index);
    return (performance.now() - start) / 1000;
  };
  const warm = performance.now() + 3000;
  while (performance.now() < warm) batch(100);
  let calls = 1;
  while (batch(calls) < 0.02) calls *= 2;
  const times = Array.from({ length: 100 }, () => batch(calls) / calls);
  if (Number.isNaN(sink)) throw new Error('a result was not a number');
  return median(times);
}

/** @param {readonly number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
