import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listHardware, listNetworks } from '../../src/index.js';
import asked from './asked-ids.json' with { type: 'json' };

describe('the catalogue has every id that is asked for, or its page says why not', () => {
  it.each([
    ['machine', asked.hardware, listHardware().map(({ id }) => id), 'docs/hardware.md'],
    ['model', asked.models, listNetworks().map(({ id }) => id), 'docs/models.md'],
  ] as const)('%s', (_kind, ids, listed, page) => {
    const missing = ids.filter((id) => !listed.includes(id));
    expect(missing).toEqual(refusedIn(page));
  });
});

/** Names under the heading of what is not there; each stands with its reason: `- name: reason`. */
function refusedIn(page: string): string[] {
  const [, section = ''] = readFileSync(page, 'utf8').split('\n## Not in the catalogue\n');
  return [...section.matchAll(/^- `([^`]+)`: \S.{20,}$/gm)].map(([, name = '']) => name);
}
