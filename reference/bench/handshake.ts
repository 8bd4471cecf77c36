/**
 * A whole handshake of both sides in memory against the bare node:crypto calls that it cannot do without, in one process:
 * `npx tsx reference/bench/handshake.ts`. Absolute numbers are the machine's; the ratios of one run travel. Rounds are
 * interleaved and medians are taken, so that a busy machine slows both alike.
 */
import * as crypto from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Direction } from '../src/channel/direction.ts';
import { Opener } from '../src/channel/opener.ts';
import { Sealer } from '../src/channel/sealer.ts';
import { nodeCrypto } from '../src/crypto/node.ts';
import * as client from '../src/handshake/client.ts';
import type { ClientConfig, ServerConfig } from '../src/handshake/config.ts';
import * as server from '../src/handshake/server.ts';
import { W_HELLO } from '../src/handshake/state.ts';
import type { Out } from '../src/handshake/step.ts';
import { DEFAULT_LIMITS, FrameType } from '../src/registry.ts';
import { decodeComplete } from '../src/wire/complete.ts';
import { decodeControl, encodeControl } from '../src/wire/control/control.ts';
import type { ControlMessageOf } from '../src/wire/control/message.ts';
import { decodeHello, decodeVerify, decodeWelcome, Id } from '../src/wire/index.ts';

export interface HandshakeRatios {
  /** CPU of a handshake of both sides, SESSIONs included, over that of its bare cryptography. */
  readonly handshake: number;
  /** CPU of sealing and opening a frame of 165 bytes over that of the two bare AES-GCM calls. */
  readonly frame: number;
  /** Microseconds, for orientation. */
  readonly microseconds: {
    readonly handshake: number;
    readonly bareHandshake: number;
    readonly frame: number;
    readonly bareFrame: number;
  };
  /** Microseconds of one ECDH with a fresh key pair by each of Node's ways; the provider uses the first. */
  readonly agreement: {
    readonly keptEcdh: number;
    readonly importedEcdh: number;
    readonly diffieHellman: number;
  };
}

const ROUNDS = 101;
/** Rounds before: a server that has been up for a second has compiled its steps. */
const WARM_UP = 100;
const HANDSHAKES = 20;
const FRAMES = 500;
const AGREEMENTS = 5;
const PLAINTEXT = new Uint8Array(165).fill(7);

export function handshakeBenchmark(): HandshakeRatios {
  const rounds = interleaved({
    handshake: repeated(HANDSHAKES, handshake),
    bareHandshake: repeated(HANDSHAKES, bareHandshake),
    frame: frames(),
    bareFrame: bareFrames(),
    keptEcdh: repeated(AGREEMENTS, keptEcdh),
    importedEcdh: repeated(AGREEMENTS, importedEcdh),
    diffieHellman: repeated(AGREEMENTS, diffieHellman),
  });
  const of = (name: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[name]));
  return {
    handshake: median(rounds.map((round) => round.handshake / round.bareHandshake)),
    frame: median(rounds.map((round) => round.frame / round.bareFrame)),
    microseconds: {
      handshake: of('handshake'),
      bareHandshake: of('bareHandshake'),
      frame: of('frame'),
      bareFrame: of('bareFrame'),
    },
    agreement: {
      keptEcdh: of('keptEcdh'),
      importedEcdh: of('importedEcdh'),
      diffieHellman: of('diffieHellman'),
    },
  };
}

const clientConfig: ClientConfig = {
  node: Id.fromHex('000102030405060708090a0b0c0d0e0f'),
  database: 'bugs',
  capabilities: 0x0f,
  limits: DEFAULT_LIMITS,
};
const serverConfig: ServerConfig = {
  node: Id.fromHex('101112131415161718191a1b1c1d1e1f'),
  capabilities: 0x03,
  limits: DEFAULT_LIMITS,
  serves: () => true,
};

/** Everything that both nodes do, from HELLO to OPEN on both sides, but for the link. */
function handshake(): void {
  const hello = client.clientHello(nodeCrypto, clientConfig, 1_700_000_000_000);
  const helloFrame = hello.out[0]!.frame!;
  const welcome = server.onHello(nodeCrypto, serverConfig, W_HELLO, {
    hello: decodeHello(helloFrame.subarray(5)),
    frame: helloFrame,
    time: 1_700_000_000_005,
  });
  const welcomeFrame = welcome.out[0]!.frame!;
  const verify = client.onWelcome(nodeCrypto, clientConfig, hello.state, {
    welcome: decodeWelcome(welcomeFrame.subarray(5)),
    frame: welcomeFrame,
  });
  const verifyFrame = verify.out[0]!.frame!;
  const complete = server.onVerify(nodeCrypto, serverConfig, welcome.state, {
    mac: decodeVerify(verifyFrame.subarray(5)),
    frame: verifyFrame,
  });
  decodeComplete(complete.out[0]!.frame!.subarray(5));
  const waiting = client.onComplete(verify.state);
  if (waiting.state.kind !== 'W_SESSION' || complete.state.kind !== 'W_SESSION') throw new Error('no session');
  const key = complete.state.bound.linkKey;
  const toClient = delivered(complete.out[1]!, key, waiting.state.bound.linkKey, Direction.serverToClient);
  const opened = client.onSession(nodeCrypto, clientConfig, waiting.state, toClient);
  const toServer = delivered(opened.out[0]!, waiting.state.bound.linkKey, key, Direction.clientToServer);
  const done = server.onSession(nodeCrypto, serverConfig, complete.state, toServer);
  if (opened.state.kind !== 'OPEN' || done.state.kind !== 'OPEN') throw new Error('not open');
}

/** A SESSION, sealed by one side and opened by the other. */
function delivered(
  out: Out,
  sendersKey: Uint8Array,
  receiversKey: Uint8Array,
  direction: Direction,
): ControlMessageOf<'SESSION'> {
  const sealer = new Sealer(nodeCrypto, sendersKey, direction, DEFAULT_LIMITS);
  const raw = sealer.seal(FrameType.CONTROL, encodeControl(out.sealed!));
  const opener = new Opener(nodeCrypto, receiversKey, direction, DEFAULT_LIMITS);
  const message = decodeControl(opener.open({ type: raw[0]!, payload: raw.subarray(5) }));
  if (message.name !== 'SESSION') throw new Error(message.name);
  return message;
}

const SALT = Buffer.from('blazedb-sync-v1');
const INFO = Buffer.from('bugs:bugs\x01');
const TRANSCRIPT = Buffer.alloc(294);
const SESSION = Buffer.alloc(70);
const NONCE = Buffer.alloc(12);

/** The cryptography of the same, straight on node:crypto and nothing else. */
function bareHandshake(): void {
  crypto.randomBytes(18); // GREASE
  const a = crypto.createECDH('prime256v1');
  const aKey = a.generateKeys();
  const b = crypto.createECDH('prime256v1');
  const bKey = b.generateKeys();
  const challenge = crypto.randomBytes(16);
  for (const x of [b.computeSecret(aKey), a.computeSecret(bKey)]) {
    const prk = crypto.createHmac('sha256', SALT).update(x).digest();
    const key = crypto.createHmac('sha256', prk).update(INFO).digest();
    crypto.createHmac('sha256', key).update(challenge).digest();
    crypto.hash('sha256', TRANSCRIPT, 'buffer');
    bareFrame(key, SESSION);
  }
}

function bareFrame(key: crypto.CipherKey, plaintext: Uint8Array): void {
  const cipher = crypto.createCipheriv('aes-256-gcm', key, NONCE);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, NONCE);
  decipher.setAuthTag(cipher.getAuthTag());
  decipher.update(ciphertext);
  decipher.final();
}

function frames(): () => number {
  const key = nodeCrypto.randomBytes(32);
  const sealer = new Sealer(nodeCrypto, key, Direction.clientToServer, DEFAULT_LIMITS);
  const opener = new Opener(nodeCrypto, key, Direction.clientToServer, DEFAULT_LIMITS);
  return repeated(FRAMES, () => {
    const raw = sealer.seal(FrameType.OPERATION, PLAINTEXT);
    opener.open({ type: raw[0]!, payload: raw.subarray(5) });
  });
}

function bareFrames(): () => number {
  const key = crypto.createSecretKey(nodeCrypto.randomBytes(32));
  return repeated(FRAMES, () => bareFrame(key, PLAINTEXT));
}

const PEER = crypto.createECDH('prime256v1');
PEER.generateKeys();
const PEER_KEY = PEER.getPublicKey();

function keptEcdh(): void {
  const own = crypto.createECDH('prime256v1');
  own.generateKeys();
  own.computeSecret(PEER_KEY);
}

function importedEcdh(): void {
  const own = crypto.createECDH('prime256v1');
  own.generateKeys();
  const again = crypto.createECDH('prime256v1');
  again.setPrivateKey(own.getPrivateKey());
  again.computeSecret(PEER_KEY);
}

/** X.509 form of a P-256 key, up to its point. */
const SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

function diffieHellman(): void {
  const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = crypto.createPublicKey({ key: Buffer.concat([SPKI, PEER_KEY]), format: 'der', type: 'spki' });
  crypto.diffieHellman({ privateKey, publicKey });
}

/** Microseconds of one `act`, from `n` of them. */
function repeated(n: number, act: () => void): () => number {
  return () => {
    const start = performance.now();
    for (let i = 0; i < n; i++) act();
    return ((performance.now() - start) * 1000) / n;
  };
}

/** What each contender took in each round; in a round all run in turn, so their ratio sees one state of the machine. */
function interleaved<K extends string>(contenders: Record<K, () => number>): Record<K, number>[] {
  const names = Object.keys(contenders) as K[];
  const round = () => Object.fromEntries(names.map((name) => [name, contenders[name]()])) as Record<K, number>;
  for (let i = 0; i < WARM_UP; i++) round();
  return Array.from({ length: ROUNDS }, round);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(handshakeBenchmark());
}
