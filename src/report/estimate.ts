import type { Estimate } from '../estimator/types.js';
import { scenarioLine, workloadLine } from './headline.js';
import { limitsSection, timeSection } from './limits.js';
import { memorySection } from './memory.js';
import { costSection, energySection } from './money.js';
import { classSection, operatorSection } from './operators.js';
import { INDENT, listSection, renderReport, type Section } from './section.js';
import { speedSection } from './speed.js';
import { wrap } from './table.js';

/** Operators that a phase's table shows. */
const MOST_OPERATORS = 7;

/** A report on one estimate, for a terminal of so many columns. */
export function estimateText(estimate: Estimate, { width = 100 }: { readonly width?: number } = {}): string {
  const inner = width - INDENT;
  const { decode, prefill } = estimate;
  const most = MOST_OPERATORS;
  const headline = [scenarioLine(estimate), workloadLine(estimate.workload)];
  return renderReport(
    headline.flatMap((line) => wrap(line, width)),
    [
      speedSection(estimate, inner),
      basisSection(estimate, inner),
      limitsSection(estimate, inner),
      timeSection(estimate, inner),
      operatorSection('Operators of a decode step', decode, { most, width: inner }),
      operatorSection('Operators of the prefill', prefill, { most, width: inner }),
      classSection(estimate, inner),
      memorySection(estimate, inner),
      energySection(estimate.energy, inner),
      costSection(estimate.cost, inner),
      listSection('Assumptions', estimate.assumptions, inner),
      listSection(
        'Warnings',
        estimate.warnings.map(({ message }) => message),
        inner,
      ),
    ],
  );
}

/** What the intervals rest on, in words; once where decode and prefill rest on the same. */
function basisSection({ decode, prefill }: Estimate, width: number): Section {
  const bases = { decode: decode.tokensPerSecond.basis, prefill: prefill.timeToFirstToken.basis };
  const entries =
    bases.decode === bases.prefill
      ? [bases.decode]
      : Object.entries(bases).map(([phase, basis]) => `${phase}: ${basis}`);
  return { title: 'Basis of the intervals', lines: entries.flatMap((entry) => wrap(entry, width)) };
}
