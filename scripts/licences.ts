import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Names, versions and licences of the packages that some modules are of, each once: who passes them on passes on these. */
export function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((module) => packageFolder(module) ?? []));
  return [...folders].sort().map(licenceOf).join('\n\n\n');
}

/** The folder of the package that a module is of; undefined for one of ours. */
function packageFolder(module: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];
}

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)\b/i.test(file));
  if (files.length === 0) throw new Error(`${folder} has no licence that could be passed on`);
  const title = `${name} ${version}`;
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return [`${title}\n${'='.repeat(title.length)}`, ...texts].join('\n\n');
}
