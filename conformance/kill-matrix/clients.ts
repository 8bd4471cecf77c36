import { type ClientCheck, type ClientMutant, clientChecks, clientMutants, runCheck } from '../client/index.ts';

/** Which mutant of the client fails which checks, and what it does to those that it should not fail. */
export async function clientKills(): Promise<ReadonlyMap<ClientMutant, readonly ClientCheck[]>> {
  const kills = new Map<ClientMutant, readonly ClientCheck[]>();
  for (const mutant of clientMutants) {
    const failed: ClientCheck[] = [];
    for (const check of clientChecks) if ((await runCheck(check, mutant)) !== undefined) failed.push(check);
    kills.set(mutant, failed);
  }
  return kills;
}

/** Whether a check names a requirement that a mutant breaks. */
export function names(
  { requirements }: { readonly requirements: readonly string[] },
  { breaks }: { readonly breaks: readonly string[] },
): boolean {
  return requirements.some((id) => breaks.includes(id));
}
