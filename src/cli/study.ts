import { InvalidScenarioError } from '../errors.js';
import { loadStudy } from '../node.js';
import { jsonText } from '../report/json.js';
import { studyJson, studyText } from '../report/study.js';
import { studyHtml } from '../report/study-html.js';
import { studyMarkdown } from '../report/study-markdown.js';
import type { StudyRun } from '../study/study-result.js';
import { studyPlots } from '../study-file/plots.js';
import type { CommonFlags } from './flags.js';
import { type Form, formOf, writeTo } from './output.js';
import type { Terminal } from './terminal.js';

export interface StudyFlags extends CommonFlags {
  readonly format?: string;
}

const forms = {
  text: ({ result }, width) => studyText(result, width),
  markdown: ({ result }) => studyMarkdown(result),
  json: ({ result }) => jsonText(studyJson(result)),
  html: (run) => studyHtml(run.result, studyPlots(run)),
} as const satisfies Readonly<Partial<Record<Form, (run: StudyRun, width: number) => string>>>;

/** The form that is asked for by a flag, or else by the name of the file. */
function formatOf(flags: StudyFlags): keyof typeof forms {
  const { json, format } = flags;
  const known = Object.keys(forms) as [keyof typeof forms, ...(keyof typeof forms)[]];
  if (format === undefined) return formOf(flags, known) as keyof typeof forms;
  const found = known.find((name) => name === format);
  if (found !== undefined && (!json || found === 'json')) return found;
  const problem = json ? `--json asks for JSON, and --format for ${format}` : `"${format}" is not a form of report`;
  throw new InvalidScenarioError('--format', format, problem, `write one of ${known.join(', ')}`);
}

/** `roofcast study`: runs a study file. True when every expectation holds. */
export async function runStudyFile(file: string, flags: StudyFlags, terminal: Terminal): Promise<boolean> {
  const { out } = flags;
  const format = formatOf(flags);
  const run = loadStudy(file).run();
  const text = forms[format](run, terminal.columns);
  if (out === undefined) terminal.write(text);
  else await writeTo(out, text);
  // On the screen the report says it; of one in a file, nothing would.
  if (out !== undefined || format === 'json') {
    for (const { ok, formula, place } of run.result.expectations)
      if (!ok) terminal.warn(`${place}: fails: ${formula}\n`);
  }
  return run.result.passed;
}
