import { ByteWriter } from '../bytes/writer.ts';
import { refuse } from '../errors.ts';
import {
  decodeClear,
  type Greeting,
  readExtensions,
  readGreeting,
  readStr8,
  writeGreeting,
  writeMessageExtensions,
} from './clear-message.ts';

/**
 * The server's first frame:
 * `str8 protocol | node 16 | str8 database | key 65 | caps u8 | time u64 | challenge 16 | str8 token | extensions?`.
 */
export interface Welcome extends Greeting {
  /** 16 random bytes that the client answers by VERIFY. */
  readonly challenge: Uint8Array;
}

export const CHALLENGE_BYTES = 16;

/** The payload of a WELCOME frame. Refuses what `decodeWelcome` would. */
export function encodeWelcome(welcome: Welcome): Uint8Array {
  const writer = new ByteWriter();
  writeGreeting(writer, welcome);
  if (welcome.challenge.length !== CHALLENGE_BYTES) throw new RangeError('a challenge is 16 bytes');
  writer.bytes(welcome.challenge);
  if (welcome.token !== '') refuse('welcome.token');
  writer.u8(0);
  writeMessageExtensions(writer, welcome.extensions);
  return writer.finish();
}

/**
 * Precedence as in `decodeHello`. A token that is not empty is refused before the question whether it is UTF-8.
 * Extensions are judged in their form only: none has a meaning here.
 */
export function decodeWelcome(payload: Uint8Array): Welcome {
  return decodeClear(payload, (reader) => {
    const greeting = readGreeting(reader);
    const challenge = new Uint8Array(reader.bytes(CHALLENGE_BYTES));
    if (readStr8(reader).length > 0) refuse('welcome.token');
    return { ...greeting, challenge, token: '', extensions: readExtensions(reader) };
  });
}
