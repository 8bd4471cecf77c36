import { channelMutants } from './channel.ts';
import { channelEndMutants } from './channel-end.ts';
import { controlMutants } from './control.ts';
import { controlConnectionMutants } from './control-connection.ts';
import { errorMutants } from './errors.ts';
import { frameMutants } from './frames.ts';
import { authMutants } from './handshake-auth.ts';
import { helloMutants } from './handshake-hello.ts';
import { limitMutants } from './handshake-limits.ts';
import { handshakeStateMutants } from './handshake-states.ts';
import { welcomeMutants } from './handshake-welcome.ts';
import { linkMutants } from './links.ts';
import type { Mutant } from './mutant.ts';
import { operationMutants } from './operations.ts';
import { batchMutants } from './operations-batches.ts';
import { recordMutants } from './records.ts';
import { recordEncodingMutants } from './records-encoding.ts';
import { feedMutants } from './sync-feed.ts';
import { pushMutants } from './sync-push.ts';
import { subscriptionMutants } from './sync-subscriptions.ts';

/** All mutants of the reference node, by chapter. Throws when two have one name. */
export const mutants: readonly Mutant[] = unique([
  ...linkMutants,
  ...frameMutants,
  ...helloMutants,
  ...welcomeMutants,
  ...handshakeStateMutants,
  ...authMutants,
  ...limitMutants,
  ...channelMutants,
  ...channelEndMutants,
  ...recordMutants,
  ...recordEncodingMutants,
  ...operationMutants,
  ...batchMutants,
  ...controlMutants,
  ...controlConnectionMutants,
  ...subscriptionMutants,
  ...feedMutants,
  ...pushMutants,
  ...errorMutants,
]);

function unique(all: readonly Mutant[]): readonly Mutant[] {
  const names = new Set<string>();
  for (const { name } of all) {
    if (names.has(name)) throw new RangeError(`two mutants are named ${name}`);
    names.add(name);
  }
  return all;
}
