import { arm } from '../mutants/fault.ts';
import { CheckFailure, type ClientCheck } from './check.ts';
import { compactionChecks } from './checks-compaction.ts';
import { durableChecks } from './checks-durable.ts';
import { handshakeChecks } from './checks-handshake.ts';
import { letterChecks } from './checks-letters.ts';
import { mergeChecks } from './checks-merge.ts';
import { outboxChecks } from './checks-outbox.ts';
import { recoveryChecks } from './checks-recovery.ts';
import { syncChecks } from './checks-sync.ts';
import { waitChecks } from './checks-waits.ts';
import type { ClientMutant } from './mutant.ts';
import { compactionMutants } from './mutants-compaction.ts';
import { durableMutants } from './mutants-durable.ts';
import { handshakeMutants } from './mutants-handshake.ts';
import { letterMutants } from './mutants-letters.ts';
import { mergeMutants } from './mutants-merge.ts';
import { outboxMutants } from './mutants-outbox.ts';
import { pushMutants } from './mutants-push.ts';
import { recoveryMutants } from './mutants-recovery.ts';
import { stateMutants } from './mutants-states.ts';
import { syncMutants } from './mutants-sync.ts';
import { waitMutants } from './mutants-waits.ts';
import { Scene } from './scene.ts';
import { standardWholeParts } from './whole-parts.ts';

export { CheckFailure, type ClientCheck, type ClientMutant };

/** All checks of a client's duties. */
export const clientChecks: readonly ClientCheck[] = [
  ...handshakeChecks,
  ...syncChecks,
  ...durableChecks,
  ...outboxChecks,
  ...letterChecks,
  ...waitChecks,
  ...recoveryChecks,
  ...compactionChecks,
  ...mergeChecks,
];

export const clientMutants: readonly ClientMutant[] = [
  ...handshakeMutants,
  ...stateMutants,
  ...syncMutants,
  ...pushMutants,
  ...durableMutants,
  ...outboxMutants,
  ...letterMutants,
  ...waitMutants,
  ...recoveryMutants,
  ...compactionMutants,
  ...mergeMutants,
];

/** Runs one check against the reference client, or against a mutant of it; what it did wrong, if anything. */
export async function runCheck(check: ClientCheck, mutant?: ClientMutant): Promise<string | undefined> {
  const parts = mutant === undefined ? standardWholeParts : arm(standardWholeParts, mutant.faults());
  try {
    await check.run(new Scene(parts));
    return undefined;
  } catch (error) {
    if (error instanceof CheckFailure) return error.message;
    throw error;
  }
}
