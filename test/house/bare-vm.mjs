// Usage: node --experimental-vm-modules test/house/bare-vm.mjs ENTRY.ts 'MODULE TEXT'
// Runs a module whose imports of "entry" are ENTRY.ts, in a context that has nothing but ECMAScript: no Node, no DOM, no
// console, no code from strings, no WebAssembly. TypeScript is erased on the way in, so no build is needed. Prints what
// the module exports by default, as JSON.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';

const [entry, text] = process.argv.slice(2);
const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly;', context);

const modules = new Map();
const program = new vm.SourceTextModule(text, {
  context,
  identifier: 'program',
  importModuleDynamically: importLazily,
});
await program.link(resolve);
await program.evaluate();
process.stdout.write(`${JSON.stringify(program.namespace.default)}\n`);

function resolve(specifier, from) {
  if (from.identifier === 'program' && specifier === 'entry') return load(path.resolve(entry));
  if (!specifier.startsWith('.')) throw new Error(`${from.identifier} imports "${specifier}"`);
  return load(path.resolve(path.dirname(from.identifier), specifier.replace(/\.js$/, '.ts')));
}

function load(file) {
  if (!modules.has(file)) modules.set(file, compile(file));
  return modules.get(file);
}

function compile(file) {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
    fileName: file,
  });
  return new vm.SourceTextModule(outputText, { context, identifier: file, importModuleDynamically: importLazily });
}

async function importLazily(specifier, from) {
  const loaded = resolve(specifier, from);
  if (loaded.status === 'unlinked') await loaded.link(resolve);
  await loaded.evaluate();
  return loaded;
}
