import type { SweepState } from '../node.js';
import type { Terminal } from './terminal.js';

/** A bar is shown once the work has lasted this long, and drawn this often. Milliseconds. */
const PATIENCE = 1000;
const INTERVAL = 100;

const CELLS = 24;

/** Draws how far a file has come in one line of standard error, if that is a terminal. */
export function progressBar(terminal: Terminal, now: () => number = () => performance.now()) {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  let first: number | undefined;
  return {
    show({ done, total }: SweepState): void {
      const time = now();
      first ??= done;
      if (!terminal.live || time - start < PATIENCE || time - drawn < INTERVAL) return;
      drawn = time;
      const rate = (done - first) / ((time - start) / 1000);
      const full = Math.round((done / total) * CELLS);
      const bar = '█'.repeat(full) + '░'.repeat(CELLS - full);
      const left = rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
      const percent = Math.floor((done / total) * 100);
      terminal.warn(
        `\r\u001b[K${bar} ${percent} %, ${done.toLocaleString('en')} of ${total.toLocaleString('en')}${left}`,
      );
    },
    /** Takes the line away. */
    clear(): void {
      if (drawn > Number.NEGATIVE_INFINITY) terminal.warn('\r\u001b[K');
    },
  };
}
