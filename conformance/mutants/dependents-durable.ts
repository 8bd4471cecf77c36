/** Cases of level L2 that fail with a mutant though they name nothing of what it breaks (dependents.ts). */
export const DURABLE_DEPENDENTS: { readonly [mutant: string]: readonly string[] } = {
  'durability-ack-first': ['clock-refused-after-restart', 'recovery-cursor-ahead'],
  'restart-forgets-collections': ['compaction-teams-apart', 'durability-ids-are-kept'],
  'restart-forgets-duplicates': ['durability-conflict-waits-for-the-first'],
};
