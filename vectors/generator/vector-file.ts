import type { RefusalName } from '../../reference/src/registry.ts';

/** What each vector has beside what its topic adds. */
export interface Vector {
  /** Stable and unique in its file: kebab-case, never reused. */
  readonly id: string;
  /** Where it comes from: a member of the file's `source`. */
  readonly source: string;
  /** What is special about it. */
  readonly note?: string;
  /** Requirement ids of the spec. */
  readonly requirements: readonly string[];
}

/** An input that has to be refused, and the name of the refusal. */
export interface InvalidVector extends Vector {
  readonly reason: RefusalName;
}

/** A file of `vectors/`. Further lists stand beside `valid` and `invalid` where a topic needs them. */
export interface VectorFile {
  readonly topic: string;
  /** Path below `schemas/`. */
  readonly schema: string;
  readonly source: { readonly [origin: string]: string };
  readonly note: string;
  readonly valid: readonly Vector[];
  readonly invalid: readonly Vector[];
}

/** Makes one file. */
export type Topic = () => VectorFile;

/** What every vector begins with. */
export function front(id: string, requirements: readonly string[], note?: string, source = 'kit'): Vector {
  return { id, source, ...(note === undefined ? {} : { note }), requirements };
}

/** The head of a file about `topic`. */
export function head(topic: string, note: string, source: VectorFile['source']) {
  return { topic, schema: `vectors/${topic}.schema.json`, source, note };
}

export const KIT = { kit: 'Made by vectors/generator with the reference.' } as const;
