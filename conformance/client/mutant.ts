import { within as anyMethod, at as anyPart, type Fault } from '../mutants/fault.ts';
import type { WholeParts } from './whole-parts.ts';

/** The reference client, wrong in exactly one way. */
export interface ClientMutant {
  readonly name: string;
  /** A fact about the client. */
  readonly title: string;
  readonly breaks: readonly string[];
  /** Checks that name none of `breaks` and fail all the same. */
  readonly dependents?: readonly string[];
  faults(): readonly Fault[];
}

export const at = anyPart<WholeParts>();
export const within = anyMethod<WholeParts>();

export type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

export function mutant([name, breaks, title, dependents]: Row, faults: () => readonly Fault[]): ClientMutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults };
}
