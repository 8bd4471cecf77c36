/** Mutants of chapter 9: nodes that answer SUBSCRIBE, or judge cursors, wrongly. */
import { withDependents } from './dependents.ts';
import type { Mutant } from './mutant.ts';
import { cursors } from './sync-cursors.ts';
import { logs } from './sync-logs.ts';
import { scopes } from './sync-scopes.ts';
import { seen } from './sync-seen.ts';
import { subscribed } from './sync-subscribed.ts';

export const subscriptionMutants: readonly Mutant[] = withDependents([
  ...scopes,
  ...seen,
  ...subscribed,
  ...cursors,
  ...logs,
]);
