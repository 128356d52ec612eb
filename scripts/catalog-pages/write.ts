import { readFileSync, writeFileSync } from 'node:fs';
import type { Hardware } from '../../src/hardware/types.js';
import type { Model } from '../../src/model/types.js';
import type { UnitNetwork } from '../../src/model/unit/types.js';
import type { SpecSources } from '../../src/provenance.js';
import { hardwarePage } from './hardware.js';
import { modelsPage } from './models.js';

interface Spec<T> {
  readonly item: T;
  readonly sources: SpecSources;
}

/** The pages of the catalogue by their files. */
export function catalogPages(
  hardware: readonly Spec<Hardware>[],
  models: readonly { readonly item: Model }[],
  networks: readonly { readonly item: UnitNetwork }[],
): Readonly<Record<string, string>> {
  return {
    'docs/hardware.md': hardwarePage(hardware.map(({ item, sources }) => ({ machine: item, sources }))),
    'docs/models.md': modelsPage(
      models.map(({ item }) => {
        const shapeOf = shapeNamedIn(`model-specs/${item.id}.yaml`);
        return { model: item, ...(shapeOf === undefined ? {} : { shapeOf }) };
      }),
      networks.map(({ item }) => item),
    ),
  };
}

/** Writes the pages of the catalogue. */
export function writePages(...specs: Parameters<typeof catalogPages>): void {
  for (const [file, text] of Object.entries(catalogPages(...specs))) writeFileSync(file, text);
}

/** The compiled model has the dimensions that it shares, and not whose they are. */
function shapeNamedIn(file: string): string | undefined {
  return /^same-shape-as: ([a-z0-9._-]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
}
