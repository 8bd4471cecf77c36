/**
 * What is derived anew for each topic of the vectors. A function under `valid` throws an Error when a value of the
 * vector is not what it derives; one under `invalid` throws a Refusal for bytes that it refuses, so that the caller can
 * compare the reason.
 */
import { arrivalLogs } from './topics/arrival-logs.mjs';
import * as crypto from './topics/crypto.mjs';
import { limits } from './topics/limits.mjs';
import { compactions, merges } from './topics/merges.mjs';
import * as wire from './topics/wire.mjs';

export const topics = {
  records: wire.records,
  'swift-decoder': wire.swiftDecoder,
  operations: wire.operations,
  batches: wire.batches,
  frames: wire.frames,
  admission: wire.admission,
  hello: wire.greeting('HELLO'),
  welcome: wire.greeting('WELCOME'),
  'short-messages': wire.shortMessages,
  extensions: wire.extensions,
  control: wire.control,
  cursors: wire.cursors,
  'key-schedule': crypto.keySchedule,
  proofs: crypto.proofs,
  handshakes: crypto.handshakes,
  'sealed-frames': crypto.sealedFrames,
  'sealed-operations': crypto.sealedOperations,
  'seed-sizes': crypto.seedSizes,
  'arrival-logs': arrivalLogs,
  merges,
  compactions,
  limits,
};
