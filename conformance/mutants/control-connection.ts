/** Mutants of chapter 8: nodes that answer, end or keep a connection wrongly, and that write their own messages wrongly. */

import { closing } from './control-closing.ts';
import { errors } from './control-errors.ts';
import { greeting } from './control-greeting.ts';
import { pieces } from './control-pieces.ts';
import { pings } from './control-pings.ts';
import { withDependents } from './dependents.ts';
import type { Mutant } from './mutant.ts';

export const controlConnectionMutants: readonly Mutant[] = withDependents([
  ...pings,
  ...pieces,
  ...closing,
  ...errors,
  ...greeting,
]);
