/** Kinds of wrongness that many mutants share: each factory is one of them, its arguments say where. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import type { Outgoing } from '../../reference/src/node/messages.ts';
import type { ControlName, RefusalName } from '../../reference/src/registry.ts';
import type { Receiver } from '../../reference/src/sync/receiver.ts';
import type { Verdict } from '../../reference/src/sync/verdict.ts';
import type { ControlMessage, ControlMessageOf } from '../../reference/src/wire/control/message.ts';
import {
  decodeOperation,
  type Operation,
  type OperationHead,
  type PlainOperation,
  peekOperation,
} from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { at, type Mutant, within } from './mutant.ts';

/** Everything of a mutant but its faults. */
export type About = Omit<Mutant, 'faults'>;

/** The head of an operation, if there is one to be read. */
function headOf(bytes: Uint8Array): OperationHead | undefined {
  try {
    return peekOperation(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** What a decoder that does not mind makes of an operation: its head where that can be read, and nothing behind it. */
export function lenientOperation(bytes: Uint8Array): Operation {
  const head = headOf(bytes);
  const plain: PlainOperation = {
    id: Id.from(bytes),
    counter: head?.counter ?? 1,
    node: head?.node ?? Id.ZERO,
    type: head === undefined || head.type === 'sealed' ? 'insert' : head.type,
    collection: head?.collection ?? 'unread',
    record: head?.record ?? Id.ZERO,
    changes: new Map(),
    extensions: [],
  };
  return plain;
}

/** Takes an operation that is to be refused by `reason`. */
export function takes(reason: RefusalName, about: About, only: (bytes: Uint8Array) => boolean = () => true): Mutant {
  return {
    ...about,
    faults: () => [
      at('decodeOperation', {
        when: (call) => call.refusal() === reason && only(call.args[0]),
        then: ({ args: [bytes] }) => lenientOperation(bytes),
      }),
    ],
  };
}

/** Refuses operations that are right. */
export function refuses(
  about: About,
  when: (operation: Operation, bytes: Uint8Array) => boolean,
  reason: RefusalName = 'operation.truncated',
): Mutant {
  return {
    ...about,
    faults: () => [
      at('decodeOperation', {
        when: (call) => call.refusal() === undefined && when(call.standard(), call.args[0]),
        then: () => {
          throw new ProtocolError(reason, undefined, { code: 'OP_MALFORMED', effect: 'reject' });
        },
      }),
    ],
  };
}

/** Refuses plain operations that are right. */
export function refusesPlain(
  about: About,
  when: (operation: PlainOperation, bytes: Uint8Array) => boolean,
  reason?: RefusalName,
): Mutant {
  return refuses(about, (operation, bytes) => operation.type !== 'sealed' && when(operation, bytes), reason);
}

/** Takes (or answers otherwise) what the judge of pushed operations rejects by `reason`. */
export function judges(
  reason: RefusalName,
  about: About,
  then: (receiver: Receiver, bytes: Uint8Array, origin: number) => Verdict,
): Mutant {
  return { ...about, faults: () => [atVerdict(reason, then)] };
}

export function atVerdict(
  reason: RefusalName,
  then: (receiver: Receiver, bytes: Uint8Array, origin: number) => Verdict,
): Fault {
  return within('createReceiver', 'judge', {
    when: (call) => {
      if (call.refusal() !== undefined) return false;
      const verdict = call.standard();
      return verdict.kind === 'rejected' && verdict.error.reason === reason;
    },
    then: ({ self, args: [bytes, origin] }) => then(self as Receiver, bytes, origin),
  });
}

/** Feeds other bytes than those that it stored. `rewrite` gives the same bytes where nothing is to change. */
export function feedsOtherBytes(about: About, rewrite: (bytes: Uint8Array) => Uint8Array): Mutant {
  const changes = (message: Outgoing): boolean =>
    message.kind === 'operations' && message.operations.some((bytes) => rewrite(bytes) !== bytes);
  return {
    ...about,
    faults: () => [
      at('outgoing', {
        when: ({ args: [message] }) => changes(message),
        then: ({ args: [message, next] }) => {
          if (message.kind === 'operations') next({ kind: 'operations', operations: message.operations.map(rewrite) });
        },
      }),
    ],
  };
}

/** Sends something else (or nothing) in place of some control messages. */
export function sends<N extends ControlName>(
  name: N,
  about: About,
  when: (message: ControlMessageOf<N>, connection: Connection) => boolean,
  then: (message: ControlMessageOf<N>, connection: Connection) => readonly (ControlMessage | Outgoing)[],
): Mutant {
  return { ...about, faults: () => [sending(name, when, then)] };
}

export function sending<N extends ControlName>(
  name: N,
  when: (message: ControlMessageOf<N>, connection: Connection) => boolean,
  then: (message: ControlMessageOf<N>, connection: Connection) => readonly (ControlMessage | Outgoing)[],
): Fault {
  const meant = (outgoing: Outgoing): ControlMessageOf<N> | undefined =>
    outgoing.kind === 'control' && outgoing.message.name === name
      ? (outgoing.message as unknown as ControlMessageOf<N>)
      : undefined;
  return at('outgoing', {
    when: ({ args: [outgoing, , connection] }) => {
      const message = meant(outgoing);
      return message !== undefined && when(message, connection);
    },
    then: ({ args: [outgoing, next, connection] }) => {
      for (const other of then(meant(outgoing)!, connection))
        next('name' in other ? { kind: 'control', message: other } : other);
    },
  });
}

/** A decoder of operations that does what the reference does; for faults that look at bytes. */
export function decodes(bytes: Uint8Array): Operation | undefined {
  try {
    return decodeOperation(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** The refusal of an operation. */
export function rejection(reason: RefusalName): ProtocolError {
  return new ProtocolError(reason, undefined, { code: 'OP_MALFORMED', effect: 'reject' });
}

export function rejected(bytes: Uint8Array, error: ProtocolError): Verdict {
  return { kind: 'rejected', id: Id.from(bytes), error };
}

export function duplicate(bytes: Uint8Array): Verdict {
  return { kind: 'duplicate', id: Id.from(bytes) };
}

/** Appends an operation and says so. */
export function stored(receiver: Receiver, operation: Operation, bytes: Uint8Array, origin: number): Verdict {
  return { kind: 'stored', id: operation.id, entry: receiver.append(operation, bytes, origin) };
}
