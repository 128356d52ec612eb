import { InvalidScenarioError } from '../errors.js';
import { loadStudy } from '../node.js';
import { jsonText } from '../report/json.js';
import { studyJson, studyText } from '../report/study.js';
import { studyHtml } from '../report/study-html.js';
import { studyMarkdown } from '../report/study-markdown.js';
import type { StudyRun } from '../study/study-result.js';
import { studyPlots } from '../study-file/plots.js';
import type { CommonFlags } from './flags.js';
import { writeTo } from './output.js';
import type { Terminal } from './terminal.js';

export interface StudyFlags extends CommonFlags {
  readonly format?: string;
}

const forms: Readonly<Record<string, (run: StudyRun, width: number) => string>> = {
  text: ({ result }, width) => studyText(result, width),
  markdown: ({ result }) => studyMarkdown(result),
  json: ({ result }) => jsonText(studyJson(result)),
  html: (run) => studyHtml(run.result, studyPlots(run)),
};

/** Forms that a study is reported in. */
const STUDY_FORMATS = Object.keys(forms).join(', ');

/** `roofcast study`: runs a study file. True when every expectation holds. */
export async function runStudyFile(file: string, flags: StudyFlags, terminal: Terminal): Promise<boolean> {
  const { json, format = json ? 'json' : 'text', out } = flags;
  const form = Object.hasOwn(forms, format) ? forms[format] : undefined;
  if (form === undefined || (json && format !== 'json')) {
    const problem = json ? `--json asks for JSON, and --format for ${format}` : `"${format}" is not a form of report`;
    throw new InvalidScenarioError('--format', format, problem, `write one of ${STUDY_FORMATS}`);
  }
  const run = loadStudy(file).run();
  const text = form(run, terminal.columns);
  if (out === undefined) terminal.write(text);
  else await writeTo(out, text);
  // On the screen the report says it; of one in a file, nothing would.
  if (out !== undefined || format === 'json') {
    for (const { ok, formula, place } of run.result.expectations)
      if (!ok) terminal.warn(`${place}: fails: ${formula}\n`);
  }
  return run.result.passed;
}
