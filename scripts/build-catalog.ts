import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hardware } from '../src/hardware/types.js';
import type { Model } from '../src/model/types.js';
import { kindOf, type Network, type UnitNetwork } from '../src/model/unit/types.js';
import type { SpecSources } from '../src/provenance.js';
import { parseEngine } from '../src/spec/engine.js';
import { engineSchema } from '../src/spec/engine-schema.js';
import { parseHardware } from '../src/spec/hardware.js';
import { hardwareSchema } from '../src/spec/hardware-schema.js';
import { parseModel } from '../src/spec/model.js';
import { modelSchema } from '../src/spec/model-schema.js';
import { parseUnitNetwork } from '../src/spec/unit-network.js';
import { unitNetworkSchema } from '../src/spec/unit-network-schema.js';
import { studySchema } from '../src/study-file/schema.js';
import { writePages } from './catalog-pages/write.js';
import { editorSchema } from './editor-schema.js';
import { packSources } from './pack-sources.js';
import { clashes, type Outcome, readSpecFile, specFiles } from './spec-files.js';

interface Entry<T extends object = object> {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly item: T;
  readonly sources: SpecSources;
}

/**
 * Compiles the YAML specs to JSON in SI numbers, and writes the schemas of the YAML and the pages of the catalogue; exits
 * with 1 when a spec is wrong.
 */
function main(): void {
  const hardware = specFiles('hardware-specs').map((path) => readSpecFile(path, readHardware));
  const models = specFiles('model-specs').map((path) => readSpecFile(path, readModel));
  const networks = specFiles('network-specs').map((path) => readSpecFile(path, readNetwork));
  const engines = specFiles('engine-specs').map((path) => readSpecFile(path, readEngine));
  // One name is one network, whichever kind it is of.
  const problems = [hardware, [...models, ...networks], engines].flatMap(problemsOf);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`${problems.length} problems; the catalogue is left as it was`);
    process.exitCode = 1;
    return;
  }
  writeCatalog(entriesOf(hardware), entriesOf(models), entriesOf(networks), entriesOf(engines));
  writeSchemas();
  writePages(entriesOf(hardware), entriesOf(models), entriesOf(networks));
}

function readHardware(...args: Parameters<typeof parseHardware>): Entry<Hardware> {
  const { hardware, sources } = parseHardware(...args);
  return { id: hardware.id, aliases: hardware.aliases, item: hardware, sources };
}

function readModel(...args: Parameters<typeof parseModel>): Entry<Model> {
  const { model, sources } = parseModel(...args);
  return { id: model.id, aliases: model.aliases, item: model, sources };
}

function readNetwork(...args: Parameters<typeof parseUnitNetwork>): Entry<UnitNetwork> {
  const { network, sources } = parseUnitNetwork(...args);
  return { id: network.id, aliases: network.aliases, item: network, sources };
}

function readEngine(...args: Parameters<typeof parseEngine>): Entry {
  const { engine, sources } = parseEngine(...args);
  return { id: engine.id, aliases: engine.aliases, item: engine, sources };
}

function problemsOf(outcomes: readonly Outcome<Entry>[]): readonly string[] {
  const named = outcomes.flatMap((outcome) => (outcome.ok ? [{ file: outcome.file, ...outcome.value }] : []));
  return [...outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.problems)), ...clashes(named)];
}

function entriesOf<T extends object>(outcomes: readonly Outcome<Entry<T>>[]): readonly Entry<T>[] {
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
}

function writeCatalog(
  hardware: readonly Entry[],
  models: readonly Entry<Model>[],
  networks: readonly Entry<UnitNetwork>[],
  engines: readonly Entry[],
): void {
  const folder = 'src/catalog/generated';
  mkdirSync(folder, { recursive: true });
  const write = (name: string, data: unknown): void => {
    const text = `export const ${name}Json: string =\n  ${singleQuoted(JSON.stringify(data))};\n`;
    writeFileSync(join(folder, `${name}.ts`), `// Written by scripts/build-catalog.ts.\n${text}`);
  };
  write(
    'hardware',
    hardware.map(({ item }) => item),
  );
  write(
    'models',
    models.map(({ item }) => item),
  );
  write(
    'networks',
    networks.map(({ item }) => item),
  );
  writeFileSync(join(folder, 'unit-network-id.ts'), idType([...models, ...networks]));
  write(
    'engines',
    engines.map(({ item }) => item),
  );
  const byId = (entries: readonly Entry[]) => Object.fromEntries(entries.map(({ id, sources }) => [id, sources]));
  write(
    'sources',
    packSources({ hardware: byId(hardware), model: byId([...models, ...networks]), engine: byId(engines) }),
  );
  const counts = `${hardware.length} machines, ${models.length} models, ${networks.length} other networks`;
  console.log(`${counts}, ${engines.length} engines`);
}

/** A type of the ids and aliases of networks that generate no tokens, so that the compiler knows what is estimated of them. */
function idType(entries: readonly Entry<Network>[]): string {
  const names = entries.flatMap(({ id, aliases, item }) => (kindOf(item) === 'generate' ? [] : [id, ...aliases]));
  const union = names.map((name) => `  | '${name}'`).join('\n');
  return `// Written by scripts/build-catalog.ts.\n/** Ids and aliases of networks that generate no tokens. */\nexport type UnitNetworkId =\n${union};\n`;
}

/** JSON in a string is parsed faster than the same data written as code. */
function singleQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function writeSchemas(): void {
  mkdirSync('schemas', { recursive: true });
  const schemas = {
    hardware: hardwareSchema,
    model: modelSchema,
    network: unitNetworkSchema,
    engine: engineSchema,
    study: studySchema,
  };
  for (const [name, schema] of Object.entries(schemas)) {
    writeFileSync(join('schemas', `${name}.schema.json`), `${JSON.stringify(editorSchema(schema), undefined, 2)}\n`);
  }
}

main();
