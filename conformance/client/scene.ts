import { Client, type ClientOptions } from '../../reference/src/node/client.ts';
import type { FedOperation, PushResult } from '../../reference/src/node/client-connection.ts';
import type { Scheduler } from '../../reference/src/node/scheduler.ts';
import { ErrorCode, type ErrorName } from '../../reference/src/registry.ts';
import type { Checkpoint } from '../../reference/src/sync/feed-intake.ts';
import { encodeOperation, Id, type PlainOperation, type Value } from '../../reference/src/wire/index.ts';
import { CheckFailure, expectEqual } from './check.ts';
import { ClientNode } from './client-node.ts';
import { GlassServer } from './glass-server.ts';
import { MemoryLink } from './memory-link.ts';
import type { WholeParts } from './whole-parts.ts';

export const CLIENT_NODE: Id = Id.fromHex('c1c1c1c1c1c141c181c1c1c1c1c1c1c1');
export const PSK: Uint8Array = new Uint8Array(32).fill(0x33);
export const CREDENTIAL = { kind: 'psk', kid: 'k1', psk: PSK } as const;

/** Microtasks that whatever is going on at a client needs to come to rest. */
const TURNS = 60;

/** A client that has dialled, and the server that it talks to. */
export interface Call {
  readonly server: GlassServer;
  /** Set in OPEN. */
  client: Client | undefined;
  /** Why the client did not get to OPEN, or what ended it. */
  error: unknown;
  readonly fed: FedOperation[];
  readonly checkpoints: Checkpoint[];
  readonly revoked: number[];
  /** The client's own end of the link. */
  readonly own: MemoryLink;
}

/** Where a check plays: time stands still, the link is memory, and everything happens in order. */
export class Scene {
  readonly #parts: WholeParts;
  #ids = 0;

  constructor(parts: WholeParts) {
    this.#parts = parts;
  }

  /** A whole client, with nothing on its disk. */
  node(): ClientNode {
    return new ClientNode(this.#parts);
  }

  /** The client has its link and has said HELLO. */
  async dial(options: Partial<ClientOptions> = {}): Promise<Call> {
    const [own, other] = MemoryLink.pair();
    const server = new GlassServer(other);
    const call: Call = { server, own, client: undefined, error: undefined, fed: [], checkpoints: [], revoked: [] };
    const dialling = Client.over(own, {
      database: 'bugs',
      node: CLIENT_NODE,
      grease: false,
      scheduler: STILL,
      parts: this.#parts,
      onOperations: (operations) => void call.fed.push(...operations),
      onCheckpoint: (checkpoint) => void call.checkpoints.push(checkpoint),
      onRevoked: (s) => void call.revoked.push(s),
      ...options,
    });
    dialling.then(
      (client) => {
        call.client = client;
      },
      (error: unknown) => {
        call.error = error;
      },
    );
    await this.settle();
    return call;
  }

  /** As `dial`, brought up to where the client waits for SESSION. */
  async greeted(options: Partial<ClientOptions> = {}): Promise<Call> {
    const call = await this.dial(options);
    call.server.welcome();
    await this.settle();
    call.server.complete();
    await this.settle();
    return call;
  }

  /** As `dial`, in OPEN. */
  async open(options: Partial<ClientOptions> = {}): Promise<Call & { readonly client: Client }> {
    const call = await this.greeted(options);
    const isSecured = options.credential !== undefined;
    call.server.session({ auth: isSecured ? 1 : 0 });
    await this.settle();
    if (isSecured) call.server.auth(PSK);
    await this.settle();
    if (call.client === undefined) throw new CheckFailure('a client in OPEN', String(call.error));
    return call as Call & { readonly client: Client };
  }

  /** In OPEN, with scope 1 active. */
  async subscribed(options: Partial<ClientOptions> = {}): Promise<Call & { readonly client: Client }> {
    const call = await this.open(options);
    call.client.subscribe([{ s: 1 }]).catch(() => {});
    await this.settle();
    const [{ req } = { req: 0 }] = call.server.heard('SUBSCRIBE');
    call.server.control({ name: 'SUBSCRIBED', req, st: 0, sc: [{ s: 1, st: 0 }] });
    await this.settle();
    return call;
  }

  /** Until nothing happens any more. */
  async settle(): Promise<void> {
    for (let i = 0; i < TURNS; i++) await Promise.resolve();
  }

  /** The bytes of a fresh operation. */
  operation(changes: Iterable<readonly [string, Value]> = [['title', 'x']], id: Id = this.id()): Uint8Array {
    const operation: PlainOperation = {
      id,
      counter: 1,
      node: CLIENT_NODE,
      type: 'insert',
      collection: 'bugs',
      record: id,
      changes: new Map(changes),
      extensions: [],
    };
    return encodeOperation(operation);
  }

  id(): Id {
    const id = new Uint8Array(16).fill(7);
    new DataView(id.buffer).setUint32(0, ++this.#ids);
    return Id.from(id);
  }

  /** The client has said this ALERT last, and ended its direction of the link. */
  alerted({ server, own }: Call, code: ErrorName): void {
    expectEqual('the last word ALERT', server.said.at(-1), { name: 'ALERT', code: ErrorCode[code] });
    expectEqual('the own direction ended', own.isEnded, true);
  }

  /** The client has said this ERROR last, and ended its direction of the link. */
  refused({ server, own }: Call, code: ErrorName): void {
    const last = server.said.at(-1);
    const word = last?.name === 'control' && last.message.name === 'ERROR' ? last.message.code : last?.name;
    expectEqual('the last word ERROR', word, ErrorCode[code]);
    expectEqual('the own direction ended', own.isEnded, true);
  }

  /** The client has closed without adding anything to what it had said. */
  silent({ server, own, client }: Call, said: number): void {
    expectEqual('nothing more said', server.said.slice(said), []);
    expectEqual('the own direction ended', own.isEnded, true);
    expectEqual('not in OPEN', client === undefined, true);
  }
}

/** Time that does not pass. */
const STILL: Scheduler = { date: () => 0, now: () => 0, soon: () => {}, set: () => ({ cancel: () => {} }) };

/** What became of a push: its status, or that nobody knows. */
export async function outcomeOf(pushed: Promise<PushResult>): Promise<string> {
  return pushed.then(
    ({ status }) => status,
    () => 'unknown',
  );
}
