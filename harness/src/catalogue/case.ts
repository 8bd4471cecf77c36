import type { CaseHead, PropertyCase } from '../property.ts';
import type { RefusalSpec } from '../script/refusal.ts';
import type { Step } from '../script/run-steps.ts';

/** What only shows across connections; each name is a file in `harness/src/observe`. */
export type ObservationName = 'fresh-keys' | 'fresh-challenges' | 'stable-node-id' | 'one-log';

/** One entry of the catalogue, with one verdict. */
export type Case = CaseHead & {
  /** Its file, from the package's root; for people. */
  readonly source: string;
  /** The case runs once per value, bound to the name. */
  readonly each?: { readonly [name: string]: readonly unknown[] } | undefined;
} & CaseBody;

export type CaseBody =
  | { readonly kind: 'script'; readonly script: readonly Step[] }
  | { readonly kind: 'refusal'; readonly refusal: RefusalSpec }
  | { readonly kind: 'observation'; readonly observation: ObservationName }
  | { readonly kind: 'property'; readonly run: PropertyCase['run'] };

/** Whether a case ends nodes or changes their data, so that it wants one of its own. */
export function wantsNode({ needs = [] }: Case): boolean {
  return needs.includes('exec') || needs.includes('data');
}

/** Whether a case waits for a time of the node, so that it needs no worker while it does. */
export function isPatient(of: Case): boolean {
  return of.kind === 'script' && /"(within|earliest)":/.test(JSON.stringify(of.script));
}
