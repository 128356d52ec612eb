import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { linePlot } from '../../src/plot/line.js';
import { paretoPlot } from '../../src/plot/pareto.js';
import { rooflineSvg } from '../../src/plot/roofline.js';
import { accuracyPlot } from '../../src/plot/scatter.js';
import { stackedBarsSvg } from '../../src/plot/stacked-bars.js';
import { stackedBarsText, tornadoText } from '../../src/plot/terminal/bars.js';
import { rooflineChart } from '../../src/plot/terminal/roofline.js';
import { accuracyText, lineText, paretoText } from '../../src/plot/terminal/xy.js';
import { tornadoPlot } from '../../src/plot/tornado.js';
import { accuracy, bars, lines, pareto, roofline, rooflines, tornado } from './samples.js';
import { checkPicture } from './svg-facts.js';

/*
 * The files in golden/ were looked at, in light and dark, before they were taken. A plot that changes fails here:
 * `npx vitest run test/plot/golden.test.ts -u` writes it, and then it is to be looked at again.
 */
const golden = (name: string): string => path.join(import.meta.dirname, 'golden', name);
const WIDTH = 72;

describe.each([
  ['roofline', () => rooflineSvg(roofline), () => rooflineChart(roofline, WIDTH)],
  ['rooflines', () => rooflineSvg(rooflines), () => rooflineChart(rooflines, WIDTH)],
  ['lines', () => linePlot(lines), () => lineText(lines, WIDTH)],
  ['bars', () => stackedBarsSvg(bars), () => stackedBarsText(bars, WIDTH)],
  ['tornado', () => tornadoPlot(tornado), () => tornadoText(tornado, WIDTH)],
  ['pareto', () => paretoPlot(pareto), () => paretoText(pareto, WIDTH)],
  ['accuracy', () => accuracyPlot(accuracy), () => accuracyText(accuracy, WIDTH)],
])('the plot %s', (name, svg, text) => {
  it('is the picture that was looked at', async () => {
    await expect(svg()).toMatchFileSnapshot(golden(`${name}.svg`));
  });

  it('is a sound picture', () => {
    checkPicture(svg());
  });

  it('is the text that was looked at, within its width', async () => {
    expect(
      Math.max(
        ...text()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(WIDTH);
    await expect(text()).toMatchFileSnapshot(golden(`${name}.txt`));
  });
});
