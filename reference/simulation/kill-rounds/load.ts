/** Clients that push without a pause, on several connections, and remember what was acknowledged. */
import { Id } from '../../src/bytes/id.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { Client, ConnectionEnded } from '../../src/node/client.ts';
import { encodeOperation } from '../../src/wire/operation.ts';
import type { Random } from '../random.ts';

/** Operations that one client has under way. */
const PIPELINE = 200;
const RECORDS = 40;

export interface Tally {
  /** Bytes of every acknowledged operation, by its id. */
  readonly acked: Map<string, Uint8Array>;
  /** Those that were sent, and of which nobody knows. */
  readonly unsure: Map<string, Uint8Array>;
}

export class Pusher {
  readonly tally: Tally;
  readonly #node = Id.from(nodeCrypto.randomBytes(16));
  readonly #random: Random;
  #counter = 0;
  #isOver = false;

  constructor(tally: Tally, random: Random) {
    this.tally = tally;
    this.#random = random;
  }

  /** Pushes until the connection ends. What was sent in vain before goes first. */
  async run(url: string, ...again: Uint8Array[]): Promise<void> {
    const client = await Client.connect(url, { database: 'bugs', grease: false }).catch(() => undefined);
    if (client === undefined) return; // it was killed meanwhile
    this.#isOver = false;
    void client.ended.then(() => {
      this.#isOver = true;
    });
    const queue = [...again];
    const next = async (): Promise<void> => {
      while (!this.#isOver) await this.#push(client, queue.shift() ?? this.#operation());
    };
    await Promise.all(Array.from({ length: PIPELINE }, next));
  }

  async #push(client: Client, bytes: Uint8Array): Promise<void> {
    const id = Id.from(bytes).toHex();
    this.tally.unsure.set(id, bytes);
    try {
      const answer = await client.push(bytes);
      if (answer.status === 'rejected') throw new Error(`an operation was refused: ${answer.message}`);
      this.tally.acked.set(id, bytes);
      this.tally.unsure.delete(id);
    } catch (error) {
      if (!(error instanceof ConnectionEnded)) throw error;
      this.#isOver = true;
    }
  }

  #operation(): Uint8Array {
    this.#counter += 1;
    const type = this.#random.weighted({ insert: 5, update: 4, delete: 1 });
    return encodeOperation({
      id: Id.from(nodeCrypto.randomBytes(16)),
      counter: this.#counter,
      node: this.#node,
      type,
      collection: 'bugs',
      record: new Id(0, 0, 0, this.#random.between(1, RECORDS)),
      changes: type === 'delete' ? new Map() : new Map([['title', `${this.#counter}`]]),
      extensions: [],
    });
  }
}

/** Pushes what was acknowledged before once more; how many are answered as stored, which none may be. */
export async function pushAgain(url: string, operations: readonly Uint8Array[]): Promise<number> {
  const client = await Client.connect(url, { database: 'bugs', grease: false });
  const answers = await Promise.all(operations.map((bytes) => client.push(bytes)));
  await client.close();
  return answers.filter(({ status }) => status !== 'duplicate').length;
}

/** Everything that the server has, in the order in which it feeds it. */
export async function readAll(url: string): Promise<Uint8Array[]> {
  const fed: Uint8Array[] = [];
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const client = await Client.connect(url, {
    database: 'bugs',
    grease: false,
    onOperations: (operations) => fed.push(...operations.map(({ bytes }) => bytes)),
    onCheckpoint({ more }) {
      if (!more) finish();
    },
  });
  await client.subscribe([{ s: 1 }]);
  await finished;
  await client.close();
  return fed;
}
