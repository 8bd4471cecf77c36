/** Near misses of a JSON value: what differs from it in one member and in one way. */

/** What was done to the member at `path` (its name and those above, array indices as `*`). */
export interface NearMiss {
  readonly path: string;
  readonly kind: 'removed' | 'other type' | 'out of range' | 'unknown member';
  readonly value: unknown;
}

type Json = { [name: string]: unknown } | unknown[];

/** Of members of equal path and kind only the first is changed: they stand under one schema. */
export function* nearMisses(sample: unknown): Generator<NearMiss> {
  yield { path: '', kind: 'other type', value: otherType(sample) };
  yield* changed(sample, [], (value) => value);
}

/** `put` places a changed value where `node` stands in the whole. */
function* changed(node: unknown, path: readonly string[], put: (value: unknown) => unknown): Generator<NearMiss> {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const element of covering(node)) {
      yield* member(element, [...path, '*'], (value) => put(node.with(node.indexOf(element), value)));
    }
    return;
  }
  const object = node as { [name: string]: unknown };
  yield { path: path.join('/'), kind: 'unknown member', value: put({ ...object, zzUnknown: 1 }) };
  for (const [name, value] of Object.entries(object)) {
    const { [name]: _, ...rest } = object;
    const here = [...path, name];
    yield { path: here.join('/'), kind: 'removed', value: put(rest) };
    yield* member(value, here, (other) => put({ ...object, [name]: other }));
  }
}

function* member(value: unknown, path: readonly string[], put: (value: unknown) => unknown): Generator<NearMiss> {
  yield { path: path.join('/'), kind: 'other type', value: put(otherType(value)) };
  for (const other of outOfRange(value)) yield { path: path.join('/'), kind: 'out of range', value: put(other) };
  yield* changed(value, path, put);
}

function otherType(value: unknown): unknown {
  if (typeof value === 'string') return null;
  if (Array.isArray(value)) return { 0: value[0] };
  return 'text';
}

/** Values of the same type, one of which a restricted member has to refuse. */
function outOfRange(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return ['', `${value}!`, `${value}0`, value.slice(1)];
  if (typeof value === 'number') return [-1, value + 0.5, 2 ** 53 + 2];
  return [];
}

/** As few of `entries` as have every member path that any of them has. */
export function covering(entries: readonly unknown[]): unknown[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const fresh = [`${typeof entry}`, ...memberPaths(entry, '')].filter((path) => !seen.has(path));
    for (const path of fresh) seen.add(path);
    return fresh.length > 0;
  });
}

function* memberPaths(node: unknown, path: string): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node as Json)) {
    const here = `${path}/${Array.isArray(node) ? '*' : name}`;
    yield `${here} ${Array.isArray(value) ? 'list' : typeof value}`;
    yield* memberPaths(value, here);
  }
}
