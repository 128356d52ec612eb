import { basename, dirname } from 'node:path';
import { parseEngine } from '../src/spec/engine.js';
import { parseHardware } from '../src/spec/hardware.js';
import { parseModel } from '../src/spec/model.js';
import { parseUnitNetwork } from '../src/spec/unit-network.js';
import { clashes, type Outcome, readSpecFile, specFiles } from './spec-files.js';

interface Named {
  readonly id: string;
  readonly aliases: readonly string[];
}

const readers: Readonly<Record<string, (path: string) => Outcome<Named>>> = {
  'hardware-specs': (path) => readSpecFile(path, (text, origin) => parseHardware(text, origin).hardware),
  'model-specs': (path) => readSpecFile(path, (text, origin) => parseModel(text, origin).model),
  'network-specs': (path) => readSpecFile(path, (text, origin) => parseUnitNetwork(text, origin).network),
  'engine-specs': (path) => readSpecFile(path, (text, origin) => parseEngine(text, origin).engine),
};

/** Checks specs by themselves, without building the catalogue: `npx tsx scripts/check-specs.ts [files...]`. */
function main(files: readonly string[]): void {
  const folders = Object.keys(readers);
  const outcomes = (files.length > 0 ? files : folders.flatMap(specFiles)).map(check);
  const problems = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.problems));
  if (files.length === 0) problems.push(...folders.flatMap((folder) => clashesIn(folder, outcomes)));
  for (const problem of problems) console.error(problem);
  console.log(`${outcomes.length} specs, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

function check(path: string): Outcome<Named> {
  const read = readers[basename(dirname(path))];
  return (
    read?.(path) ?? { file: path, ok: false, problems: [`${path}: is not in ${Object.keys(readers).join(' or ')}`] }
  );
}

function clashesIn(folder: string, outcomes: readonly Outcome<Named>[]): readonly string[] {
  return clashes(
    outcomes.flatMap((outcome) => {
      if (!outcome.ok || dirname(outcome.file) !== folder) return [];
      const { id, aliases } = outcome.value;
      return [{ file: outcome.file, id, aliases }];
    }),
  );
}

main(process.argv.slice(2));
