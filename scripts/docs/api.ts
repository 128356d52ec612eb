import { rmSync } from 'node:fs';
import path from 'node:path';
import { Application, type ProjectReflection, type TypeDocOptions } from 'typedoc';
import { entriesOf } from './entries.js';

/** Writes what all entries export, with the comments of the code, as Markdown. Throws where the comments have faults. */
export async function writeApi(root: string, folder: string): Promise<number> {
  const entries = entriesOf(root);
  const application = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: [...entries.values()].map((file) => path.join(root, file)),
    tsconfig: path.join(root, 'tsconfig.build.json'),
    logLevel: 'Warn',
    validation: { invalidLink: true, notExported: false },
    excludeExternals: true,
    disableSources: true,
    readme: 'none',
    outputs: [{ name: 'markdown', path: folder }],
    sort: ['kind', 'alphabetical'],
    ...markdown,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error('typedoc could not read the sources');
  nameModules(project, entries);
  application.validate(project);
  rmSync(folder, { recursive: true, force: true });
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings()) throw new Error('typedoc found faults');
  return entries.size;
}

const markdown = {
  entryFileName: 'index',
  outputFileStrategy: 'members',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: false,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
} as Partial<TypeDocOptions>;

/** Typedoc names a module after its file; readers know it as what they import. */
function nameModules(project: ProjectReflection, entries: ReadonlyMap<string, string>): void {
  const names = new Map([...entries].map(([name, file]) => [path.basename(file, '.ts'), name]));
  for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name;
}
