import { admit, admitControl } from '../channel/admission.ts';
import type { Direction } from '../channel/direction.ts';
import { Opener } from '../channel/opener.ts';
import { Sealer } from '../channel/sealer.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { lastWord } from '../handshake/last-word.ts';
import type { ControlName, LimitName, Limits } from '../registry.ts';
import { decodeBatch } from '../wire/batch.ts';
import { decodeControl } from '../wire/control/control.ts';
import type { ControlMessageOf } from '../wire/control/message.ts';
import { decodeOperation } from '../wire/operation.ts';
import type { Connection } from './connection.ts';
import { greaseControl } from './grease.ts';
import type { Incoming, Outgoing } from './messages.ts';
import type { FrameSealer } from './outbound.ts';

/** The limits that are timers, and the two by which a server paces itself within them. */
export type TimerName =
  | Extract<
      LimitName,
      'HANDSHAKE_TIMEOUT' | 'PING_IDLE' | 'DEAD_PEER' | 'SLOW_CONSUMER_TIMEOUT' | 'CLOSE_TIMEOUT' | 'LINGER'
    >
  | keyof typeof PACE;

/**
 * Milliseconds. One small frame for each of many single operations in a row would double the work of both sides, so the
 * second one of a kind waits a moment for company; a fence, a filling window or an end sends it at once.
 */
const PACE = {
  /** After the last CHECKPOINT was owed: with nothing more, a run has ended. Far below CHECKPOINT_DELAY. */
  RUN_GAP: 2,
  /** Between two ACKs. */
  ANSWER_GAP: 1,
} as const;

/** What a connection does in OPEN with each control message; one without an entry is not legal from that side. */
export type ControlHandlers<C> = {
  readonly [N in ControlName]?: (connection: C, message: ControlMessageOf<N>) => void;
};

/**
 * What a connection is made of, for either role. A connection decides nothing about the protocol by itself: it calls
 * these, in the order that its sources show. Another node (one that traces, one that is wrong in one way) is the same
 * connection with another part: `{ ...standardServerParts, admit: ... }`.
 */
export interface ConnectionParts {
  /** Source of the connection's keys, challenges and other random bytes. */
  randomness(crypto: CryptoProvider): CryptoProvider;
  /** Milliseconds of a timer; Infinity: never. */
  delay(timer: TimerName, limits: Limits): number;

  readonly admit: typeof admit;
  readonly admitControl: typeof admitControl;
  readonly decodeControl: typeof decodeControl;
  readonly decodeBatch: typeof decodeBatch;
  readonly decodeOperation: typeof decodeOperation;
  createSealer(crypto: CryptoProvider, key: Uint8Array, direction: Direction, limits: Limits): FrameSealer;
  createOpener(crypto: CryptoProvider, key: Uint8Array, direction: Direction, limits: Limits): Pick<Opener, 'open'>;

  /** Everything that was understood passes here before it is acted on. */
  incoming(message: Incoming, next: (message: Incoming) => void, connection: Connection): void;
  /** Everything that is to be sent passes here before it is encoded and sealed; the end of the own direction, too. */
  outgoing(message: Outgoing, next: (message: Outgoing) => void, connection: Connection): void;
  /** What is said at the end because of a refusal or a fault. */
  readonly lastWord: typeof lastWord;
  /** The plaintext of a GREASE message to send on entering OPEN (CTRL-14). */
  grease(crypto: CryptoProvider): Uint8Array | undefined;
}

export const standardParts: ConnectionParts = {
  randomness: (crypto) => crypto,
  delay: (timer, limits) => (timer === 'RUN_GAP' || timer === 'ANSWER_GAP' ? PACE[timer] : limits[timer]),
  admit,
  admitControl,
  decodeControl,
  decodeBatch,
  decodeOperation,
  createSealer: (crypto, key, direction, limits) => new Sealer(crypto, key, direction, limits),
  createOpener: (crypto, key, direction, limits) => new Opener(crypto, key, direction, limits),
  incoming: (message, next) => next(message),
  outgoing: (message, next) => next(message),
  lastWord,
  grease: greaseControl,
};
