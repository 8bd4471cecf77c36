/** Ways to misuse a connection to a server. Each resolves when it has done its harm. */
import { once } from 'node:events';
import * as net from 'node:net';
import { nodeCrypto } from '../../../src/crypto/node.ts';
import { clientHello } from '../../../src/handshake/client.ts';
import { Client } from '../../../src/node/client.ts';
import { type ClientParts, standardClientParts } from '../../../src/node/client-parts.ts';
import { DEFAULT_LIMITS, FrameType } from '../../../src/registry.ts';
import { encodeFrame } from '../../../src/wire/frame.ts';
import { encoded, newId } from '../../sync/operations.ts';

export interface Place {
  readonly url: string;
  readonly port: number;
}

type Attack = (place: Place) => Promise<void>;

export async function dial({ port }: Place): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

/** The bytes of a right HELLO. */
function hello(): Uint8Array {
  const config = { node: newId(), database: 'bugs', capabilities: 7, limits: DEFAULT_LIMITS };
  return clientHello(nodeCrypto, config, 0).out[0]!.frame!;
}

/** Sends `bytes`, waits until the server has ended the link, and leaves. */
async function untilEnd(place: Place, bytes: Uint8Array): Promise<void> {
  const socket = await dial(place);
  socket.write(bytes);
  await once(socket, 'close');
}

/** Sends `bytes` and resets the link. */
async function reset(place: Place, bytes: Uint8Array): Promise<void> {
  const socket = await dial(place);
  if (bytes.length > 0) await new Promise((resolve) => socket.write(bytes, resolve));
  socket.resetAndDestroy();
}

function parts(changes: Partial<ClientParts>): ClientParts {
  return { ...standardClientParts, ...changes };
}

/** Without the key exchange: cheap, so there are many of them. */
export const CHEAP: readonly Attack[] = [
  (place) => reset(place, new Uint8Array(0)),
  (place) => untilEnd(place, nodeCrypto.randomBytes(300)),
  (place) => reset(place, nodeCrypto.randomBytes(300)),
  (place) => reset(place, new Uint8Array(100_000)),
  (place) => untilEnd(place, Uint8Array.of(FrameType.HELLO, 0xff, 0xff, 0xff, 0xff)),
  (place) => untilEnd(place, encodeFrame(FrameType.HELLO, nodeCrypto.randomBytes(120))),
  (place) => reset(place, encodeFrame(FrameType.HELLO, new Uint8Array(4096)).subarray(0, 2000)),
  (place) => untilEnd(place, encodeFrame(FrameType.ALERT, new Uint8Array(2))),
];

/** With some of the handshake, or all of it. */
export const COSTLY: readonly Attack[] = [
  (place) => reset(place, hello()),
  (place) => untilEnd(place, Buffer.concat([hello(), encodeFrame(FrameType.VERIFY, new Uint8Array(32))])),
  async ({ url }) => {
    const client = await Client.connect(url, {
      database: 'bugs',
      parts: parts({ grease: () => new Uint8Array(64).fill(0xff) }),
    });
    await client.ended;
  },
  async ({ url }) => {
    const client = await Client.connect(url, { database: 'nowhere' });
    await client.ended;
  },
  async ({ url }) => {
    // Pushes what is malformed, and asks without end.
    const flood = parts({
      outgoing(message, next) {
        const times = message.kind === 'control' && message.message.name === 'PING' ? 200 : 1;
        for (let i = 0; i < times; i++) next(message);
      },
    });
    const client = await Client.connect(url, { database: 'bugs', parts: flood });
    for (let i = 0; i < 20; i++) void client.push(encoded().slice(0, -1));
    void client.fence();
    await client.ended;
  },
];
