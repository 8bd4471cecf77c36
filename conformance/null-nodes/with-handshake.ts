/** Null nodes that complete the handshake rightly and then have one answer to everything. */
import { Id } from '../../reference/src/bytes/id.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { Server } from '../../reference/src/node/server.ts';
import { type ServerParts, standardServerParts } from '../../reference/src/node/server-parts.ts';
import { ErrorCode } from '../../reference/src/registry.ts';
import type { ControlMessage } from '../../reference/src/wire/control/message.ts';
import type { NullNode, RunningNullNode } from './null-node.ts';

const DATABASE = 'bugs';

async function serving(parts: ServerParts): Promise<RunningNullNode> {
  const server = new Server({ databases: [DATABASE], parts });
  const url = await server.listen('tcp://127.0.0.1:0');
  return { url, stop: () => server.close() };
}

/** A cursor of an empty log. */
const CURSOR = new Uint8Array(40);

/** Says yes to whatever can be said yes to, and nothing about the rest. */
const yes: ServerParts = {
  ...standardServerParts,
  admit: (role, state, type, length, limits) => {
    if (state !== 'OPEN') standardServerParts.admit(role, state, type, length, limits);
  },
  admitControl: (role, state, plaintext, limits) => {
    if (state !== 'OPEN') return standardServerParts.admitControl(role, state, plaintext, limits);
    return refuses(() => standardServerParts.admitControl(role, state, plaintext, limits)) ? 'skip' : 'take';
  },
  decodeControl: (plaintext) => {
    try {
      return standardServerParts.decodeControl(plaintext);
    } catch {
      return { name: 'UNKNOWN', id: 0, critical: false };
    }
  },
  decodeBatch: (plaintext, options) => {
    try {
      return standardServerParts.decodeBatch(plaintext, options);
    } catch {
      return [];
    }
  },
  incoming: (message, next, connection) => {
    if (message.kind === 'clear' && (connection as unknown as { state: { kind: string } }).state.kind === 'OPEN')
      return;
    next(message);
  },
  push: (connection, operations) => {
    const ids = operations.filter(({ length }) => length >= 16).flatMap((bytes) => [...bytes.subarray(0, 16)]);
    if (ids.length === 0) return;
    const st = new Uint8Array(ids.length / 16);
    connection.sendControl({ name: 'ACK', ids: Uint8Array.from(ids), st, cur: CURSOR });
  },
  control: {
    ...standardServerParts.control,
    SUBSCRIBE: (connection, { req, sc }) => {
      connection.sendControl({ name: 'SUBSCRIBED', req, st: 0, sc: sc.map(({ s }) => ({ s, st: 0 })) });
      connection.sendControl({ name: 'CHECKPOINT', sc: sc.map(({ s }) => ({ s, cur: CURSOR })), n: 0, more: false });
    },
    FEED_ACK: () => {},
    PING: (connection, { d }) => connection.sendControl({ name: 'PONG', d }),
    PONG: () => {},
  },
  settle: () => {},
};

function refuses(run: () => unknown): boolean {
  try {
    return run() === 'skip';
  } catch {
    return true;
  }
}

/** Refuses every message that asks for something; a PING it answers. */
const no: ServerParts = {
  ...standardServerParts,
  incoming: (message, next, connection) => {
    if (message.kind === 'operations') reject(connection, message.operations);
    else if (message.kind === 'control' && isRequest(message.message)) {
      connection.fail(new ProtocolError('control.unexpected'));
    } else next(message);
  },
};

function isRequest({ name }: ControlMessage): boolean {
  return name === 'SUBSCRIBE' || name === 'FEED_ACK';
}

function reject(connection: Connection, operations: readonly Uint8Array[]): void {
  for (const bytes of operations.filter(({ length }) => length >= 16)) {
    connection.sendControl({ name: 'REJECT', ids: Id.from(bytes).toBytes(), code: ErrorCode.OP_MALFORMED });
  }
}

export const acceptAll: NullNode = {
  name: 'accept-all',
  breaks: [],
  title: 'Completes the handshake and takes everything, without keeping anything',
  verdict: undefined,
  start: () => serving(yes),
};

export const refuseAll: NullNode = {
  name: 'refuse-all',
  breaks: [],
  title: 'Completes the handshake and refuses everything that it is asked',
  verdict: undefined,
  start: () => serving(no),
};
