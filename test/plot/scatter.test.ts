import { describe, expect, it } from 'vitest';
import { accuracyPlot } from '../../src/plot/scatter.js';

const plot = {
  title: 'Decode & more',
  x: 'measured token/s',
  y: 'predicted token/s',
  band: 1.2,
  series: [
    {
      name: 'cuda',
      points: [
        { x: 10, y: 10 },
        { x: 100, y: 120 },
      ],
    },
    { name: 'metal', points: [{ x: 50, y: 40 }] },
  ],
};

describe('a scatter plot', () => {
  const svg = accuracyPlot(plot);

  it('is one picture with a title and a description for those who cannot see it', () => {
    expect(svg).toMatch(/^<svg [^>]*role="img"[^>]*aria-labelledby="title description"/);
    expect(svg).toContain('<title id="title">Decode &amp; more</title>');
    expect(svg).toContain('3 points in 2 series; predicted token/s against measured token/s');
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
  });

  it('has a mark for every point and one per series in the legend', () => {
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(svg).toContain('cuda (2)');
    expect(svg).toContain('metal (1)');
  });

  it('puts what was predicted exactly on the diagonal', () => {
    const [, x1, y1, x2, y2] = /class="line" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/.exec(svg) ?? [];
    const [, cx, cy] = /<circle class="dot s0" cx="([\d.]+)" cy="([\d.]+)"/.exec(svg) ?? [];
    const along = (Number(cx) - Number(x1)) / (Number(x2) - Number(x1));
    const up = (Number(cy) - Number(y1)) / (Number(y2) - Number(y1));
    expect(along).toBeCloseTo(up, 3);
  });

  it('is the same text each time, without a number that is none', () => {
    expect(accuracyPlot(plot)).toBe(svg);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('knows light and dark pages', () => {
    expect(svg).toContain('prefers-color-scheme:dark');
  });

  it('tells more series than colours apart by their shapes', () => {
    const many = Array.from({ length: 13 }, (_, index) => ({ name: `s${index}`, points: [{ x: 1 + index, y: 2 }] }));
    const picture = accuracyPlot({ ...plot, series: many });
    expect(picture.match(/<circle class="dot/g)).toHaveLength(12);
    expect(picture.match(/<rect class="dot/g)).toHaveLength(12);
    expect(picture.match(/<path class="dot/g)).toHaveLength(2);
  });
});
