import type { StudyResult, StudyVerdict } from '../study/study-result.js';
import { checkLines } from './study.js';
import { type StudyBlock, studyBlocks, studySummary } from './study-blocks.js';
import type { Column, Row } from './table.js';

const STYLE =
  ':root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2rem .7rem;text-align:right;' +
  'border-bottom:1px solid #8884}td.left,th.left{text-align:left}th small{font-weight:normal;display:block}' +
  'td.note{text-align:left;font-style:italic}div.wide{overflow-x:auto}figure{margin:1.5rem 0}svg{max-width:100%;height:auto}' +
  'dt{font-family:ui-monospace,monospace}code{font-family:ui-monospace,monospace}.fails{color:#c22;font-weight:600}' +
  '@media (prefers-color-scheme:dark){.fails{color:#f77}}';

/** A study as one page of HTML that needs nothing else. `plots` are pictures as SVG. */
export function studyHtml(result: StudyResult, plots: readonly string[]): string {
  const { name, question } = result;
  const blocks = studyBlocks(result).map((block) => `<h2>${escaped(block.title)}</h2>\n${htmlOf(block)}`);
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escaped(name)}</title><style>${STYLE}</style></head>`,
    '<body>',
    `<h1>${escaped(name)}</h1>`,
    ...(question === undefined ? [] : [`<p>${escaped(question)}</p>`]),
    `<p>${escaped(studySummary(result))}.</p>`,
    ...plots.map((plot, index) => `<figure>${apart(plot, index)}</figure>`),
    ...blocks,
    '</body>',
    '</html>\n',
  ].join('\n');
}

/** A picture whose ids are not those of another one on the page. */
function apart(svg: string, index: number): string {
  return svg
    .trim()
    .replace(/ id="([^"]+)"/g, (_, id: string) => ` id="${id}-${index}"`)
    .replace(/ aria-labelledby="([^"]+)"/g, (_, ids: string) => {
      return ` aria-labelledby="${ids
        .split(' ')
        .map((id) => `${id}-${index}`)
        .join(' ')}"`;
    })
    .replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${id}-${index})`);
}

function htmlOf(block: StudyBlock): string {
  switch (block.kind) {
    case 'table':
      return table(block.columns, block.rows);
    case 'facts': {
      const facts = block.facts.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`);
      return `<dl>${facts.join('\n')}</dl>`;
    }
    case 'expectations':
      return `<ul>${block.expectations.map(expectation).join('\n')}</ul>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}</ul>`;
  }
}

function expectation(verdict: StudyVerdict): string {
  const { ok, formula, because } = verdict;
  const why = because === undefined ? '' : `: ${escaped(because)}`;
  const checks = checkLines(verdict).map((line) => `<li>${escaped(line)}</li>`);
  const word = ok ? 'holds' : '<span class="fails">fails</span>';
  return `<li>${word} <code>${escaped(formula)}</code>${why}<ul>${checks.join('')}</ul></li>`;
}

function table(columns: readonly Column[], rows: readonly Row[]): string {
  const side = ({ align }: Column): string => (align === 'left' ? ' class="left"' : '');
  const heads = columns.map((column) => {
    const unit = column.unit === undefined ? '' : `<small>${escaped(column.unit)}</small>`;
    return `<th${side(column)}>${escaped(column.head)}${unit}</th>`;
  });
  const body = rows.map(({ cells, note }) => {
    const shown = cells.map((cell, index) => `<td${side(columns[index] ?? { head: '' })}>${escaped(cell)}</td>`);
    const rest = columns.length - cells.length;
    const why = note === undefined ? '' : `<td class="note" colspan="${rest}">${escaped(note)}</td>`;
    return `<tr>${shown.join('')}${why}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${heads.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
