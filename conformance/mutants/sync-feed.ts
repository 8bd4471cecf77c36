/** Mutants of chapter 9: nodes that feed, or tell how far they fed, wrongly. */
import { withDependents } from './dependents.ts';
import type { Mutant } from './mutant.ts';
import { messages } from './sync-checkpoint-messages.ts';
import { checkpoints } from './sync-checkpoints.ts';
import { catchUp, feeding } from './sync-feeding.ts';
import { windows } from './sync-windows.ts';

export const feedMutants: readonly Mutant[] = withDependents([
  ...feeding,
  ...catchUp,
  ...windows,
  ...messages,
  ...checkpoints,
]);
