import { standardClientParts } from '../../reference/src/node/client-parts.ts';
import { arm } from '../mutants/fault.ts';
import { CheckFailure, type ClientCheck } from './check.ts';
import { handshakeChecks } from './checks-handshake.ts';
import { syncChecks } from './checks-sync.ts';
import { type ClientMutant, clientMutants } from './mutants.ts';
import { Scene } from './scene.ts';

export { CheckFailure, type ClientCheck, type ClientMutant, clientMutants };

/** All checks of a client's duties. */
export const clientChecks: readonly ClientCheck[] = [...handshakeChecks, ...syncChecks];

/** Runs one check against the reference client, or against a mutant of it; what it did wrong, if anything. */
export async function runCheck(check: ClientCheck, mutant?: ClientMutant): Promise<string | undefined> {
  const parts = mutant === undefined ? standardClientParts : arm(standardClientParts, mutant.faults());
  try {
    await check.run(new Scene(parts));
    return undefined;
  } catch (error) {
    if (error instanceof CheckFailure) return error.message;
    throw error;
  }
}
