import { UnknownIdError } from '../errors.js';
import { once } from '../kept.js';
import { nearest } from '../nearest.js';
import { freeze } from './freeze.js';

interface Named {
  readonly id: string;
  readonly aliases: readonly string[];
}

/** Finds specs of one kind by id or alias, letter case aside. */
export interface Lookup<T> {
  /** The same frozen object every time. Throws `UnknownIdError` with the nearest ids. */
  get(id: string): T;
  /** The same; undefined where there is none. */
  find(id: string): T | undefined;
  /** All of them, by id. */
  list(): readonly T[];
}

interface Index<T> {
  readonly items: readonly T[];
  /** By lower-case id and alias. */
  readonly byName: ReadonlyMap<string, T>;
}

/** A lookup over generated JSON, which is parsed when it is first asked. */
export function lookupIn<T extends Named>(kind: UnknownIdError['kind'], parse: () => readonly T[]): Lookup<T> {
  const index = once(() => indexOf(parse()));
  const find = (id: string): T | undefined => freeze(index().byName.get(id.toLowerCase()));
  return {
    find,
    get(id) {
      const item = find(id);
      if (item === undefined) throw new UnknownIdError(kind, id, suggest(id, index().byName));
      return item;
    },
    list: () => index().items.map(freeze),
  };
}

function indexOf<T extends Named>(items: readonly T[]): Index<T> {
  return {
    items,
    byName: new Map(items.flatMap((item) => [item.id, ...item.aliases].map((name) => [name.toLowerCase(), item]))),
  };
}

/** Ids, each once, of the specs whose names are nearest. */
function suggest<T extends Named>(id: string, byName: ReadonlyMap<string, T>): readonly string[] {
  const ids = nearest(id, byName.keys(), byName.size).map((name) => byName.get(name)?.id ?? name);
  return [...new Set(ids)].slice(0, 3);
}
