/** Mutants of chapter 8: nodes that read or judge control messages wrongly. */

import { admission } from './control-admission.ts';
import { judging } from './control-fields.ts';
import { withDependents } from './dependents.ts';
import type { Mutant } from './mutant.ts';

export const controlMutants: readonly Mutant[] = withDependents([...judging, ...admission]);
