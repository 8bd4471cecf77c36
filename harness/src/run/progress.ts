import type { Profile } from './profile.ts';
import type { CaseResult } from './verdict.ts';

/** What happens during a run, as it happens. */
export type Progress =
  | { readonly kind: 'preflight'; readonly url: string }
  | { readonly kind: 'begin'; readonly cases: number; readonly profile: Profile; readonly advice: readonly string[] }
  | { readonly kind: 'start'; readonly id: string }
  | { readonly kind: 'end'; readonly result: CaseResult; readonly done: number; readonly cases: number };
