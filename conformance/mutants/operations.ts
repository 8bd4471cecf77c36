/** Mutants of chapter 7: nodes that read, judge or keep operations wrongly. */
import { withDependents } from './dependents.ts';
import { takes } from './factories.ts';
import type { Mutant } from './mutant.ts';
import { fields } from './operations-fields.ts';
import { judging, lenient } from './operations-refusals.ts';
import { refusesSealedAs, sealed } from './operations-sealed.ts';
import { types } from './operations-types.ts';

export const operationMutants: readonly Mutant[] = withDependents([
  ...fields,
  ...types,
  ...sealed,
  ...judging,
  ...lenient.map(([reason, name, breaks, title]) =>
    reason.startsWith('operation.sealed-')
      ? refusesSealedAs(reason, [name, breaks, title])
      : takes(reason, { name, breaks, title }),
  ),
]);
