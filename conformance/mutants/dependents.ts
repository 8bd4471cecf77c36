import type { Mutant } from './mutant.ts';

/**
 * Cases that fail with a mutant though they name nothing of what it breaks: each rests on it (an operation of the type
 * that is refused is only its means, say). The kill matrix shows that each of them does, and that no other does.
 */
const DEPENDENTS: { readonly [mutant: string]: readonly string[] } = {};

export function withDependents(mutants: readonly Mutant[]): readonly Mutant[] {
  return mutants.map((mutant) => {
    const dependents = DEPENDENTS[mutant.name];
    return dependents === undefined ? mutant : { ...mutant, dependents };
  });
}
