import type { Limits } from '../../../reference/src/registry.ts';
import { decodeCursor, Id } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import type { Fresh } from '../fresh.ts';
import { build } from '../message/build.ts';
import type { OperationDraft } from '../message/draft.ts';
import type { Peer } from '../peer/peer.ts';

/** The variables of one run of a script, and the things that they look into. */
export class Environment {
  readonly limits: Limits;
  readonly fresh: Fresh;
  readonly database: string;
  readonly node: Id;
  readonly peers = new Map<string, Peer>();
  readonly operations = new Map<string, OperationDraft>();
  readonly #variables = new Map<string, unknown>();

  constructor(parts: {
    readonly limits: Limits;
    readonly fresh: Fresh;
    readonly database: string;
    readonly node: Id;
  }) {
    this.limits = parts.limits;
    this.fresh = parts.fresh;
    this.database = parts.database;
    this.node = parts.node;
    for (const name of ['collection', 'collection2', 'collection3']) this.set(name, this.fresh.collection());
    this.set('bound', clockBound());
    this.set('database', this.database);
    this.set('node', this.node.toBytes());
  }

  set(name: string, value: unknown): void {
    this.#variables.set(name, value);
  }

  /** The value of `$a.b.c` (with or without the dollar). Throws HarnessFault for what is not there. */
  get(path: string): unknown {
    const [name = '', ...steps] = path.replace(/^\$/, '').split('.');
    let value = this.#root(name);
    for (const step of steps) value = member(value, step);
    if (value === undefined) throw new HarnessFault(`there is no $${path.replace(/^\$/, '')}`);
    return value;
  }

  #root(name: string): unknown {
    if (this.#variables.has(name)) return this.#variables.get(name);
    const operation = this.operations.get(name);
    if (operation !== undefined) return operationView(operation);
    const peer = this.peers.get(name);
    return peer === undefined ? undefined : peerView(peer);
  }

  /** `text` with every `${path}` filled in. */
  fill(text: string): string {
    return text.replace(/\$\{([\w.]+)\}/g, (_, path: string) => String(this.get(path)));
  }
}

/** The greatest counter that a node takes now, if its clock agrees with the kit's (spec SYNC-72). */
export function clockBound(): number {
  return 4096 * Math.max(Math.floor(Date.now() / 1000), 1_700_000_000);
}

/** Members of objects; of 40 bytes the parts of a cursor. */
function member(value: unknown, step: string): unknown {
  if (value instanceof Uint8Array && value.length === 40 && ['log', 'seq', 'mark'].includes(step)) {
    const cursor = decodeCursor(value);
    return step === 'log' ? cursor.log.toBytes() : step === 'seq' ? cursor.seq : cursor.mark.toBytes();
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as { readonly [name: string]: unknown })[step];
  return found instanceof Id ? found.toBytes() : found;
}

function operationView(operation: OperationDraft): unknown {
  const bytes = build(operation).content.bytes;
  return { ...operation, id: bytes.subarray(0, 16), bytes, size: bytes.length };
}

function peerView(peer: Peer): unknown {
  const { transcript, ledger, inbound } = peer;
  const { credential } = peer.options;
  const greeting = (from: typeof transcript.hello): unknown => from && { ...from, caps: from.capabilities };
  return {
    hello: greeting(transcript.hello),
    welcome: greeting(transcript.welcome),
    session: inbound.session,
    key: transcript.key,
    th: transcript.hash,
    mac: transcript.mac,
    proof: credential && {
      client: transcript.proof(credential.psk, 'client'),
      server: transcript.proof(credential.psk, 'server'),
    },
    seen: ledger.seen,
    n: ledger.feed.n,
    received: ledger.feed.fed.length,
    cursor: new Proxy({}, { get: (_, s) => ledger.scopes.get(Number(s))?.cursor }),
  };
}
