import { encodeUtf8 } from '../bytes/utf8.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { linkKey, transcriptHash, verifyMac } from '../crypto/schedule.ts';
import { ProtocolError, refuse } from '../errors.ts';
import { FrameType, Label } from '../registry.ts';
import { TARGET_EXTENSION } from '../wire/extensions.ts';
import { encodeFrame } from '../wire/frame.ts';
import { encodeHello } from '../wire/hello.ts';
import { encodeVerify } from '../wire/verify.ts';
import type { Welcome } from '../wire/welcome.ts';
import { type Auth, judgeServer, proveClient } from './auth.ts';
import { type ClientConfig, KNOWN_CAPABILITIES } from './config.ts';
import { authKind } from './credential.ts';
import { greaseExtension } from './grease.ts';
import { agreeOnce, ascending, type Session, sessionMessage } from './messages.ts';
import { type Bound, type ClientState, closed, inState, open } from './state.ts';
import type { Step } from './step.ts';

// The client's rows of the state table (spec section 4.13). Each step is pure but for one thing: it uses the ephemeral
// private key up. Whatever a step refuses, it throws; a state that has gone through a step is not used again.

/**
 * HELLO goes out as soon as the link is up -> W_WELCOME. `time` is Unix milliseconds. Keys and GREASE come from `crypto`.
 * Throws RangeError for a token over a link that is not confidential (HS-20); refuses what HELLO may not carry.
 */
export function clientHello(crypto: CryptoProvider, config: ClientConfig, time: number): Step<ClientState> {
  const { node, database, target, token = '', confidential = false, grease = true, extensions = [] } = config;
  if (token !== '' && !confidential) throw new RangeError('a token must not cross a link that is not confidential');
  const named = target === undefined || target === database ? undefined : encodeUtf8(target);
  const keyPair = crypto.generateKeyPair();
  const offered = config.capabilities & KNOWN_CAPABILITIES;
  const payload = encodeHello({
    protocol: Label.PROTOCOL,
    node,
    database,
    key: keyPair.publicKey,
    capabilities: offered,
    time,
    token,
    extensions: ascending([
      named === undefined ? undefined : { type: TARGET_EXTENSION, value: named },
      grease ? greaseExtension(crypto) : undefined,
      ...extensions,
    ]),
  });
  const helloFrame = encodeFrame(FrameType.HELLO, payload);
  return { state: { kind: 'W_WELCOME', helloFrame, keyPair, offered }, out: [{ frame: helloFrame }] };
}

/** What arrived: the decoded message, and its whole frame for the transcript. */
export interface WelcomeInput {
  readonly welcome: Welcome;
  readonly frame: Uint8Array;
}

/**
 * W_WELCOME | WELCOME, valid | derive, send VERIFY -> W_COMPLETE.
 * Refuses by `hello.self`, `welcome.database`, `welcome.capabilities`, `hello.key`, in this order (section 4.4.1, steps 5 to
 * 8); the rest `decodeWelcome` has judged.
 */
export function onWelcome(
  crypto: CryptoProvider,
  config: ClientConfig,
  state: ClientState,
  { welcome, frame }: WelcomeInput,
): Step<ClientState> {
  const { keyPair, offered, helloFrame } = inState(state, 'W_WELCOME', 'frame.unexpected-type');
  if (welcome.node.equals(config.node)) refuse('hello.self');
  const requested = config.target ?? config.database;
  if (welcome.database !== requested) refuse('welcome.database', `${welcome.database}, not ${requested}`);
  const capabilities = welcome.capabilities & KNOWN_CAPABILITIES;
  if ((capabilities & ~offered) !== 0) refuse('welcome.capabilities', `selected ${capabilities}, offered ${offered}`);
  const x = agreeOnce(crypto, keyPair.privateKey, welcome.key);
  const key = linkKey(crypto, x, config.database, welcome.database);
  x.fill(0);
  const mac = verifyMac(crypto, key, welcome.challenge);
  const verifyFrame = encodeFrame(FrameType.VERIFY, encodeVerify(mac));
  const bound: Bound = {
    linkKey: key,
    transcriptHash: transcriptHash(crypto, helloFrame, frame, verifyFrame),
    peerNode: welcome.node,
    database: welcome.database,
    peerDatabase: welcome.database,
    capabilities,
    token: '',
  };
  return { state: { kind: 'W_COMPLETE', bound }, out: [{ frame: verifyFrame }] };
}

/** W_COMPLETE | COMPLETE | -> W_SESSION. It proves nothing: the server's SESSION does. */
export function onComplete(state: ClientState): Step<ClientState> {
  const { bound } = inState(state, 'W_COMPLETE', 'frame.unexpected-type');
  return { state: { kind: 'W_SESSION', bound }, out: [] };
}

/**
 * W_SESSION | SESSION, `th` equal | send SESSION; no AUTH on either side -> OPEN; else send AUTH -> W_AUTH.
 * Exactly one of the two `auth` is 0: the own SESSION goes out all the same, then AUTH_REQUIRED is due (HS-90).
 * Refuses by `session.transcript`.
 */
export function onSession(
  crypto: CryptoProvider,
  config: ClientConfig,
  state: ClientState,
  session: Session,
): Step<ClientState> {
  const { bound } = inState(state, 'W_SESSION', 'control.unexpected');
  if (!crypto.constantTimeEqual(session.th, bound.transcriptHash)) refuse('session.transcript');
  const { credential } = config;
  const own = sessionMessage(bound, authKind(credential), config.limits);
  const waiting: ClientState = { kind: 'W_AUTH', bound, peerFrameMaximum: session.max, auth: session.auth };
  if ((session.auth === 0) !== (credential === undefined))
    return { state: closed('client', waiting, new ProtocolError('auth.required')), out: [own] };
  if (credential === undefined) {
    return { state: { kind: 'OPEN', open: open(bound, session.max, undefined) }, out: [own] };
  }
  return { state: waiting, out: [own, { sealed: proveClient(crypto, credential, bound.transcriptHash) }] };
}

/** W_AUTH | AUTH good | -> OPEN. Refuses by `auth.failed`. */
export function onAuth(
  crypto: CryptoProvider,
  config: ClientConfig,
  state: ClientState,
  auth: Auth,
): Step<ClientState> {
  const { bound, peerFrameMaximum, auth: announced } = inState(state, 'W_AUTH', 'control.unexpected');
  const credential = config.credential ?? refuse('control.unexpected', 'AUTH without a credential');
  const principal = judgeServer(crypto, credential, announced, auth, bound.transcriptHash);
  return { state: { kind: 'OPEN', open: open(bound, peerFrameMaximum, principal) }, out: [] };
}
