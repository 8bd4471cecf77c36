/** Every topic: one file of vectors each. */
import { admission } from './topics/admission.ts';
import { arrivalLogs } from './topics/arrival-logs.ts';
import { batches } from './topics/batches.ts';
import { compactions } from './topics/compactions.ts';
import { control } from './topics/control.ts';
import { cursors } from './topics/cursors.ts';
import { extensions } from './topics/extensions.ts';
import { frames } from './topics/frames.ts';
import { hello, welcome } from './topics/greetings.ts';
import { handshakes } from './topics/handshakes.ts';
import { keySchedule } from './topics/key-schedule.ts';
import { limits } from './topics/limits.ts';
import { merges } from './topics/merges.ts';
import { operations } from './topics/operations.ts';
import { proofs } from './topics/proofs.ts';
import { records } from './topics/records.ts';
import { sealedFrames } from './topics/sealed-frames.ts';
import { sealedOperations } from './topics/sealed-operations.ts';
import { seedSizes } from './topics/seed-sizes.ts';
import { shortMessages } from './topics/short-messages.ts';
import { swiftDecoder } from './topics/swift-decoder.ts';
import type { Topic } from './vector-file.ts';

export const TOPICS: readonly Topic[] = [
  records,
  swiftDecoder,
  operations,
  batches,
  frames,
  admission,
  hello,
  welcome,
  shortMessages,
  extensions,
  keySchedule,
  proofs,
  handshakes,
  sealedFrames,
  control,
  cursors,
  arrivalLogs,
  merges,
  compactions,
  sealedOperations,
  seedSizes,
  limits,
];
