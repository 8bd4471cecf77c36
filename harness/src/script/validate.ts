import { Capability } from '../../../reference/src/registry.ts';
import {
  decodeAlert,
  decodeBatch,
  decodeControl,
  decodeHello,
  decodeOperation,
  decodeVerify,
  ProtocolError,
} from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import { build } from '../message/build.ts';
import type { Draft } from '../message/draft.ts';
import { layoutOperation } from '../message/operation.ts';
import { inflate } from '../peer/inflate.ts';
import type { Peer } from '../peer/peer.ts';

/**
 * The kit's own traffic has to be right wherever it does not say that it is wrong: a message that the codec refuses is a
 * mistake of the case, not of the node.
 */
export function validate(draft: Draft, peer: Peer): void {
  try {
    check(draft, peer);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const name = build(draft).name;
    throw new HarnessFault(`the kit would send a wrong ${name} (${error.reason}: ${error.message}); say invalid: true`);
  }
}

function check(draft: Draft, peer: Peer): void {
  const bytes = build(draft).content.bytes;
  if (draft.kind === 'HELLO') decodeHello(bytes);
  else if (draft.kind === 'control') decodeControl(bytes);
  else if (draft.kind === 'operation') decodeOperation(bytes);
  else if (draft.kind === 'batch') {
    const compression = ((peer.transcript.welcome?.capabilities ?? 0) & Capability.COMPRESSION) !== 0;
    decodeBatch(bytes, { compression, inflate });
    for (const operation of draft.operations) decodeOperation(layoutOperation(operation).bytes);
  } else if (draft.kind === 'clear' && draft.name === 'VERIFY') decodeVerify(bytes);
  else if (draft.kind === 'clear' && draft.name === 'ALERT') decodeAlert(bytes);
}
