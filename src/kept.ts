/**
 * A function of immutable objects that works out each result once and keeps it beside its object, as long as that lives.
 * The function must answer the same for the same object.
 */
export function kept<Key extends object, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key);
    if (found) return found.value;
    const value = work(key);
    known.set(key, { value });
    return value;
  };
}

/** The same of two objects. */
export function keptOfTwo<First extends object, Second extends object, Value>(
  work: (first: First, second: Second) => Value,
): (first: First, second: Second) => Value {
  const beside = kept((first: First) => kept((second: Second) => work(first, second)));
  return (first, second) => beside(first)(second);
}

/** A map beside each object, for results that depend on something else too. */
export function mapBeside<Key extends object, Part, Value>(): (key: Key) => Map<Part, Value> {
  return kept(() => new Map<Part, Value>());
}

/** The last result beside each object, for details that change seldom and have no end of values. */
export function lastBeside<Key extends object, Value>(): (key: Key, detail: string, make: () => Value) => Value {
  const last = new WeakMap<Key, { readonly detail: string; readonly value: Value }>();
  return (key, detail, make) => {
    const known = last.get(key);
    if (known?.detail === detail) return known.value;
    const value = make();
    last.set(key, { detail, value });
    return value;
  };
}

/** The entry of a map, made when it is first asked for. */
export function entryOf<Part, Value>(map: Map<Part, Value>, part: Part, make: () => Value): Value {
  const found = map.get(part);
  if (found !== undefined) return found;
  const made = make();
  map.set(part, made);
  return made;
}

/** A value that is made when it is first asked for. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
