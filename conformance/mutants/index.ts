import { channelEndMutants } from './channel-end.ts';
import { sealedLayoutMutants } from './channel-layout.ts';
import { nonceMutants } from './channel-nonces.ts';
import { tagMutants } from './channel-tags.ts';
import { controlMutants } from './control.ts';
import { controlConnectionMutants } from './control-connection.ts';
import { codeMutants } from './errors-codes.ts';
import { wordMutants } from './errors-words.ts';
import { frameLayoutMutants } from './frames-layout.ts';
import { frameLengthMutants } from './frames-lengths.ts';
import { frameStreamMutants } from './frames-stream.ts';
import { frameTypeMutants } from './frames-types.ts';
import { alertMutants } from './handshake-alerts.ts';
import { judgedProofMutants } from './handshake-auth-judged.ts';
import { ownProofMutants } from './handshake-auth-own.ts';
import { requiredProofMutants } from './handshake-auth-required.ts';
import { databaseMutants } from './handshake-databases.ts';
import { extensionMutants } from './handshake-extensions.ts';
import { helloMutants } from './handshake-hello.ts';
import { keyMutants } from './handshake-keys.ts';
import { limitMutants } from './handshake-limits.ts';
import { selfMutants } from './handshake-self.ts';
import { sessionMutants } from './handshake-session.ts';
import { verifyMutants } from './handshake-verify.ts';
import { welcomeMutants } from './handshake-welcome.ts';
import { linkMutants } from './links.ts';
import type { Mutant } from './mutant.ts';
import { operationMutants } from './operations.ts';
import { batchMutants } from './operations-batches.ts';
import { recordMutants } from './records.ts';
import { recordEncodingMutants } from './records-encoding.ts';
import { durableMutants } from './sync-durable.ts';
import { feedMutants } from './sync-feed.ts';
import { pushMutants } from './sync-push.ts';
import { subscriptionMutants } from './sync-subscriptions.ts';

/** All mutants of the reference node, by chapter. Throws when two have one name. */
export const mutants: readonly Mutant[] = unique([
  ...linkMutants,
  ...frameLayoutMutants,
  ...frameTypeMutants,
  ...frameLengthMutants,
  ...frameStreamMutants,
  ...databaseMutants,
  ...helloMutants,
  ...selfMutants,
  ...welcomeMutants,
  ...extensionMutants,
  ...keyMutants,
  ...verifyMutants,
  ...alertMutants,
  ...sessionMutants,
  ...requiredProofMutants,
  ...judgedProofMutants,
  ...ownProofMutants,
  ...limitMutants,
  ...sealedLayoutMutants,
  ...nonceMutants,
  ...tagMutants,
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
  ...durableMutants,
  ...codeMutants,
  ...wordMutants,
]);

function unique(all: readonly Mutant[]): readonly Mutant[] {
  const names = new Set<string>();
  for (const { name } of all) {
    if (names.has(name)) throw new RangeError(`two mutants are named ${name}`);
    names.add(name);
  }
  return all;
}
