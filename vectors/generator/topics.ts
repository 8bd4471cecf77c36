/** Every topic: one file of vectors each. */
import { admission } from './topics/admission.ts';
import { batches } from './topics/batches.ts';
import { extensions } from './topics/extensions.ts';
import { frames } from './topics/frames.ts';
import { hello, welcome } from './topics/greetings.ts';
import { keySchedule } from './topics/key-schedule.ts';
import { operations } from './topics/operations.ts';
import { proofs } from './topics/proofs.ts';
import { records } from './topics/records.ts';
import { sealedFrames } from './topics/sealed-frames.ts';
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
  sealedFrames,
];
