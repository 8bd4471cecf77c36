import type { ServerParts } from '../../reference/src/node/server-parts.ts';
import type { Limits } from '../../reference/src/registry.ts';
import { within as anyMethod, at as anyPart, arm, type Fault, type Shadow } from './fault.ts';

/** The reference node, wrong in exactly one way (README.md). */
export interface Mutant {
  /** Kebab case: what is wrong. */
  readonly name: string;
  /** A fact about the node: what it does wrong. */
  readonly title: string;
  /** Requirements that it violates; the first is the one that it is for. */
  readonly breaks: readonly string[];
  /** Cases that name none of `breaks` and fail all the same, since they cannot work otherwise. */
  readonly dependents?: readonly string[];
  /** No connection gets past the fault, so every case that goes further fails, too. */
  readonly blocks?: true;
  /** Limits with which the node runs, beside those of the run. */
  readonly limits?: Partial<Limits>;
  /** Its faults, made for one node: closures may count. */
  faults(): readonly Fault[];
}

/** Wrong at a part of the server that is a function. */
export const at = anyPart<ServerParts>();

/** Wrong at a method of what a part of the server makes, or of a part that is an object. */
export const within = anyMethod<ServerParts>();

/** The parts of a server that is this mutant; with `shadow`, of the reference, which tells when it would be one. */
export function mutate(mutant: Mutant, parts: ServerParts, shadow?: Shadow): ServerParts {
  return arm(parts, mutant.faults(), shadow);
}
