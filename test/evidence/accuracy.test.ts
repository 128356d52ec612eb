import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type RecordedScore, recordOf } from '../../scripts/accuracy/record.js';

const recorded = JSON.parse(
  readFileSync(new URL('../../measurements/accuracy.json', import.meta.url), 'utf8'),
) as readonly RecordedScore[];
const now = recordOf();

/** A recorded error may be exceeded by this part, and by this much: rounding, not physics. */
const PART = 1.02;
const POINTS = 0.002;

const key = ({ engine, class: engineClass, metric }: RecordedScore): string => `${engine} (${engineClass}) ${metric}`;

describe('the errors on measurements/', () => {
  it.each(recorded.map((score) => [key(score), score] as const))(
    'of %s are no worse than recorded (npm run accuracy records them)',
    (name, score) => {
      const found = now.find((other) => key(other) === name);
      expect(found?.groups ?? 0).toBeGreaterThanOrEqual(score.groups);
      expect(found?.median).toBeLessThanOrEqual(score.median * PART + POINTS);
      expect(found?.p90).toBeLessThanOrEqual(score.p90 * PART + POINTS);
    },
  );

  it('are recorded for every class and metric that has rows', () => {
    expect(now.map(key).sort()).toEqual(recorded.map(key).sort());
  });
});
