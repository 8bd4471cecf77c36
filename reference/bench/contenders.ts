/** What is measured beside blazedb/1.0, and what all contenders are measured with. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as net from 'node:net';
import { fileURLToPath } from 'node:url';
import { Id } from '../src/bytes/id.ts';
import { encodeOperation, type PlainOperation } from '../src/wire/operation.ts';
import { sampleOperations } from './codec.ts';
import type { Middle } from './relay-servers.ts';

/** What a frame adds to an operation: header, nonce, tag. */
const FRAME_OVERHEAD = 33;

/** A way from A to B. */
export interface Contender {
  /** Microseconds from A to B, one after the other. */
  latencies(count: number): Promise<number[]>;
  /** Milliseconds until B has all of `count` separate changes. */
  burst(count: number): Promise<number>;
  close(): void;
}

/** A signal that B raises when it has `due` changes. */
export class Arrivals {
  count = 0;
  #due = 0;
  #reached: (() => void) | undefined;

  add(n: number): void {
    this.count += n;
    if (this.#reached !== undefined && this.count >= this.#due) this.#reached();
  }

  /** Resolves when `n` more have come. */
  next(n: number): Promise<void> {
    this.#due = this.count + n;
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }
}

export async function timed(count: number, arrivals: Arrivals, send: (i: number) => void): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const arrived = arrivals.next(1);
    const start = performance.now();
    send(i);
    await arrived;
    times.push((performance.now() - start) * 1000);
  }
  return times;
}

export async function rawRelay(): Promise<Contender> {
  const { port, end } = await middle('relay');
  const [a, b] = await Promise.all([connect(port), connect(port)]);
  const frame = Buffer.alloc(encodeOperation(fresh(1)[0]!).length + FRAME_OVERHEAD, 7);
  const bytes = new Arrivals();
  b.on('data', (chunk) => bytes.add(chunk.length));
  return {
    async latencies(count) {
      const times: number[] = [];
      for (let i = 0; i < count; i++) {
        const arrived = bytes.next(frame.length);
        const start = performance.now();
        a.write(frame);
        await arrived;
        times.push((performance.now() - start) * 1000);
      }
      return times;
    },
    burst: async () => 0,
    close: end,
  };
}

export async function yjs(): Promise<Contender> {
  const { port, end } = await middle('yjs');
  const require = createRequire(new URL('./peers/package.json', import.meta.url));
  const Y = require('yjs');
  const { WebsocketProvider } = require('y-websocket');
  const WebSocketPolyfill = require('ws');
  let rooms = 0;

  /** Two fresh documents in a room of their own: an old one grows and gets slower. */
  async function room() {
    const name = `room-${rooms++}`;
    const sides = [new Y.Doc(), new Y.Doc()].map((doc) => {
      const options = { WebSocketPolyfill, disableBc: true };
      return { doc, provider: new WebsocketProvider(`ws://127.0.0.1:${port}`, name, doc, options) };
    });
    for (const { provider } of sides) {
      if (!provider.synced) await new Promise((resolve) => provider.once('sync', resolve));
    }
    const arrivals = new Arrivals();
    const [bugs, copy] = sides.map(({ doc }) => doc.getMap('bugs'));
    copy.observe((event: { keysChanged: Set<string> }) => arrivals.add(event.keysChanged.size));
    return {
      arrivals,
      set: (operation: PlainOperation) => bugs.set(operation.id.toHex(), yjsForm(operation)),
      leave() {
        for (const { provider, doc } of sides) {
          provider.destroy();
          doc.destroy();
        }
      },
    };
  }

  return {
    async latencies(count) {
      const { arrivals, set, leave } = await room();
      const operations = fresh(count);
      const times = await timed(count, arrivals, (i) => set(operations[i]!));
      leave();
      return times;
    },
    async burst(count) {
      const { arrivals, set, leave } = await room();
      const operations = fresh(count);
      const arrived = arrivals.next(count);
      const start = performance.now();
      for (const operation of operations) set(operation);
      await arrived;
      const time = performance.now() - start;
      leave();
      return time;
    },
    close: end,
  };
}

const SAMPLES = sampleOperations();
let made = 0;

/** Operations with ids that were not used before. Literals: V8 keeps what a spread makes in a slow form. */
export function fresh(count: number): PlainOperation[] {
  return Array.from({ length: count }, (): PlainOperation => {
    const { node, collection, record, changes } = SAMPLES[made++ % SAMPLES.length]!;
    const id = new Id(0x0be2c400, 0, 0, made);
    return { id, counter: made, node, type: 'insert', collection, record, changes, extensions: [] };
  });
}

function yjsForm({ changes }: PlainOperation): object {
  return Object.fromEntries(
    Array.from(changes, ([name, value]) => [name, typeof value === 'object' ? String(value) : value]),
  );
}

/** Starts a server process. */
export async function middle(kind: Middle, ...more: readonly string[]): Promise<{ port: number; end: () => void }> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./relay-servers.ts', import.meta.url)), [kind, ...more]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error(`the ${kind} server has ended`)));
  });
  return { port, end: () => void child.kill() };
}

function connect(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** The peers have a package of their own: nobody but this benchmark needs them. */
export function installPeers(): void {
  const directory = fileURLToPath(new URL('./peers/', import.meta.url));
  if (existsSync(`${directory}node_modules/y-websocket`)) return;
  execFileSync('npm', ['ci', '--omit=optional', '--no-audit', '--no-fund'], { cwd: directory, stdio: 'ignore' });
}

export function samples<K extends string>(keys: Record<K, unknown>): Record<K, number[]> {
  return Object.fromEntries(Object.keys(keys).map((key) => [key, []])) as unknown as Record<K, number[]>;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
