/** The parts of simulated nodes: the standard ones, and on their way everything is traced, written down and compared. */
import { Id } from '../src/bytes/id.ts';
import { ProtocolError } from '../src/errors.ts';
import { type ClientParts, standardClientParts } from '../src/node/client-parts.ts';
import type { Incoming, Outgoing } from '../src/node/messages.ts';
import { type ServerParts, standardServerParts } from '../src/node/server-parts.ts';
import { Receiver } from '../src/sync/receiver.ts';
import type { Remote } from '../src/sync/remote.ts';
import type { Replica } from '../src/sync/replica.ts';
import { decodeCursor } from '../src/wire/cursor.ts';
import type { Operation } from '../src/wire/operation.ts';
import { checkShown, nameOf } from './checks.ts';
import { idsOf, isRefusable } from './ledger.ts';
import { type SimulatedNode, urlOf } from './simulated-node.ts';
import type { Life } from './virtual-time.ts';

/** Milliseconds after which a hub that refuses for now may be asked again. */
const RETRY = 700;

export function watchedServer(node: SimulatedNode, life: Life, replica: () => Replica): ServerParts {
  const { world } = node;
  /** By id: the connection on which the copy came that may have been stored. */
  const brought = new Map<string, unknown>();
  const parts = world.bug?.server?.(standardServerParts, replica) ?? standardServerParts;
  const sent = (message: Outgoing, connection: unknown): void => {
    const { log } = replica();
    if (message.kind === 'operations') {
      for (const id of idsOfOperations(message.operations)) {
        checkIsDurable(node, replica(), id, 'feeds');
        node.ledger.promise(id, 'it was fed');
        if (brought.get(id) === connection && !node.ledger.mayLack(id))
          world.fail('I8', `${node.name} feeds ${nameOf(node, id)} back where it came`);
      }
    } else if (message.kind === 'control' && message.message.name === 'ACK') {
      for (const id of idsOf(message.message.ids)) {
        checkIsDurable(node, replica(), id, 'acknowledges');
        node.ledger.promise(id, 'it was acknowledged');
      }
      checkShown(node, decodeCursor(message.message.cur), log);
    } else if (message.kind === 'control' && message.message.name === 'REJECT') {
      for (const id of idsOf(message.message.ids)) brought.delete(id);
    } else if (message.kind === 'control' && message.message.name === 'CHECKPOINT') {
      for (const { cur } of message.message.sc) checkShown(node, decodeCursor(cur), log);
    }
  };
  return {
    ...parts,
    createReceiver: (config) => new Refusing(parts.createReceiver(config), node),
    incoming(message, next, connection) {
      if (life.isOver) return;
      node.say(`< ${connection.remoteAddress}: ${world.trace.message(message)}`);
      const isNew = (id: string): boolean => replica().log.find(Id.fromHex(id)) === undefined;
      const unknown = message.kind === 'operations' ? idsOfOperations(message.operations).filter(isNew) : [];
      parts.incoming(message, next, connection);
      for (const id of unknown) if (!isNew(id)) brought.set(id, connection);
    },
    outgoing(message, next, connection) {
      if (life.isOver) return;
      parts.outgoing(
        message,
        (actual) => {
          node.say(`> ${connection.remoteAddress}: ${world.trace.message(actual)}`);
          sent(actual, connection);
          next(actual);
        },
        connection,
      );
    },
  };
}

export function watchedClient(node: SimulatedNode, life: Life, hub: string, replica: Replica): ClientParts {
  const { world } = node;
  const remote = (): Remote => replica.remote(urlOf(hub));
  const parts = world.bug?.client?.(standardClientParts, replica, remote) ?? standardClientParts;
  /** Operations that were fed on a connection. */
  const fed = new WeakMap<object, string[]>();
  const heard = (message: Incoming, connection: object): void => {
    if (message.kind === 'operations')
      fed.set(connection, [...(fed.get(connection) ?? []), ...idsOfOperations(message.operations)]);
    else if (message.kind === 'control' && message.message.name === 'ACK')
      for (const id of idsOf(message.message.ids)) node.ledger.ackedBy(urlOf(hub)).add(id);
  };
  const asked = new WeakSet<object>();
  const said = (message: Outgoing, connection: object): void => {
    if (message.kind === 'control' && message.message.name === 'SUBSCRIBE') {
      if (!asked.has(connection) && remote().seen !== undefined && message.message.seen === undefined)
        world.fail('I5', `${node.name} does not tell ${hub} what it has seen of it (SYNC-110)`);
      asked.add(connection);
    } else if (message.kind === 'operations') {
      for (const id of idsOfOperations(message.operations)) {
        checkIsDurable(node, replica, id, 'pushes');
        const entry = replica.log.find(Id.fromHex(id));
        if (entry !== undefined && remote().isDead(entry.seq))
          world.fail('I5', `${node.name} pushes ${nameOf(node, id)}, which ${hub} has refused for good`);
        node.ledger.promise(id, 'it was pushed');
      }
    } else if (message.kind === 'control' && message.message.name === 'FEED_ACK') {
      for (const id of (fed.get(connection) ?? []).slice(0, message.message.n))
        if (!node.ledger.skipped.has(id)) node.ledger.promise(id, 'its feed was acknowledged');
    }
  };
  return {
    ...parts,
    grease: () => undefined,
    incoming(message, next, connection) {
      if (life.isOver) return;
      node.say(`< ${hub}: ${world.trace.message(message)}`);
      heard(message, connection);
      parts.incoming(message, next, connection);
    },
    outgoing(message, next, connection) {
      if (life.isOver) return;
      parts.outgoing(
        message,
        (actual) => {
          node.say(`> ${hub}: ${world.trace.message(actual)}`);
          said(actual, connection);
          next(actual);
        },
        connection,
      );
    },
  };
}

/** A receiver with rights: what the plan of the node refuses for good, and everything while it refuses for now. */
class Refusing extends Receiver {
  readonly #node: SimulatedNode;
  readonly #inner: Receiver;

  constructor(inner: Receiver, node: SimulatedNode) {
    super(inner.config);
    this.#inner = inner;
    this.#node = node;
  }

  override judge(bytes: Uint8Array, origin: number): ReturnType<Receiver['judge']> {
    const { world, refusesUntil } = this.#node;
    if (refusesUntil > world.time.now) {
      const error = new ProtocolError('operation.not-durable', undefined, { retry: RETRY });
      return { kind: 'rejected', id: Id.from(bytes), error };
    }
    if (this.#node.plan.refuses === 'none') return this.#inner.judge(bytes, origin);
    return super.judge(bytes, origin);
  }

  override rights(operation: Operation): void {
    if (isRefusable(operation.id))
      throw new ProtocolError('operation.not-durable', undefined, { code: 'ACCESS_DENIED', effect: 'reject' });
  }
}

/** Nobody is told of an operation that a crash could take away (SYNC-80, SYNC-81, SYNC-90). */
function checkIsDurable(node: SimulatedNode, { log }: Replica, id: string, what: string): void {
  const entry = log.find(Id.fromHex(id));
  if (entry !== undefined && entry.seq <= log.head) return;
  if (node.ledger.mayLack(id)) return;
  node.world.fail('I1', `${node.name} ${what} ${nameOf(node, id)}, which is not durable`);
}

function idsOfOperations(operations: readonly Uint8Array[]): string[] {
  return operations.map((bytes) => Id.from(bytes).toHex());
}
