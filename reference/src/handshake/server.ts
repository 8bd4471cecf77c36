import type { CryptoProvider } from '../crypto/provider.ts';
import { linkKey, transcriptHash, verifyMac } from '../crypto/schedule.ts';
import { ProtocolError, refuse } from '../errors.ts';
import { FrameType, Label } from '../registry.ts';
import { encodeFrame } from '../wire/frame.ts';
import { type Hello, targetOf } from '../wire/hello.ts';
import { CHALLENGE_BYTES, encodeWelcome } from '../wire/welcome.ts';
import { type Auth, judgeClient } from './auth.ts';
import { KNOWN_CAPABILITIES, type ServerConfig } from './config.ts';
import { authKind } from './credential.ts';
import { agreeOnce, ascending, completeFrame, type Session, sessionMessage } from './messages.ts';
import { type Agreement, bind, closed, inState, type Opened, open, type ServerState } from './state.ts';
import type { Out, Step } from './step.ts';

// The server's rows of the state table (spec section 4.14). Steps are pure; randomness comes from `crypto`. Whatever a
// step refuses, it throws. It begins in W_HELLO (state.ts) and sends nothing before an event.

/** What arrived: the decoded message, and its whole frame for the transcript. `time` is Unix milliseconds. */
export interface HelloInput {
  readonly hello: Hello;
  readonly frame: Uint8Array;
  readonly time: number;
}

/**
 * W_HELLO | HELLO, valid | send WELCOME -> W_VERIFY.
 * Refuses by `hello.self`, `hello.key`, in this order (section 4.3.1, steps 9 and 10); the rest `decodeHello` has judged.
 * The name that was asked for is echoed whether or not there is such a database (HS-9).
 */
export function onHello(
  crypto: CryptoProvider,
  config: ServerConfig,
  state: ServerState,
  { hello, frame, time }: HelloInput,
): Step<ServerState> {
  inState(state, 'W_HELLO', 'frame.unexpected-type');
  if (hello.node.equals(config.node)) refuse('hello.self');
  const { privateKey, publicKey } = crypto.generateKeyPair();
  const x = agreeOnce(crypto, privateKey, hello.key);
  const database = targetOf(hello);
  const capabilities = hello.capabilities & config.capabilities & KNOWN_CAPABILITIES;
  const challenge = crypto.randomBytes(CHALLENGE_BYTES);
  const payload = encodeWelcome({
    protocol: Label.PROTOCOL,
    node: config.node,
    database,
    key: publicKey,
    capabilities,
    time,
    challenge,
    token: '',
    extensions: ascending(config.extensions ?? []),
  });
  const welcomeFrame = encodeFrame(FrameType.WELCOME, payload);
  const agreement: Agreement = {
    linkKey: linkKey(crypto, x, hello.database, database),
    peerNode: hello.node,
    database,
    peerDatabase: hello.database,
    capabilities,
    token: hello.token,
  };
  x.fill(0);
  const helloFrame = new Uint8Array(frame); // a copy: the frame may lie in a chunk that would be kept alive by it
  return {
    state: { kind: 'W_VERIFY', helloFrame, welcomeFrame, challenge, agreement },
    out: [{ frame: welcomeFrame }],
  };
}

/** What arrived: the 32 bytes of VERIFY, and its whole frame for the transcript. */
export interface VerifyInput {
  readonly mac: Uint8Array;
  readonly frame: Uint8Array;
}

/** W_VERIFY | VERIFY right | send COMPLETE, SESSION -> W_SESSION. Refuses by `verify.mac`. */
export function onVerify(
  crypto: CryptoProvider,
  config: ServerConfig,
  state: ServerState,
  { mac, frame }: VerifyInput,
): Step<ServerState> {
  const { helloFrame, welcomeFrame, challenge, agreement } = inState(state, 'W_VERIFY', 'frame.unexpected-type');
  if (!crypto.constantTimeEqual(mac, verifyMac(crypto, agreement.linkKey, challenge))) refuse('verify.mac');
  const bound = bind(agreement, transcriptHash(crypto, helloFrame, welcomeFrame, frame));
  const session = sessionMessage(bound, authKind(config.credential), config.limits);
  return { state: { kind: 'W_SESSION', bound }, out: [completeFrame(), session] };
}

/**
 * W_SESSION | SESSION, `th` equal | no AUTH on either side -> OPEN; else -> W_AUTH.
 * Refuses by `session.transcript`; by `auth.required` when exactly one of the two `auth` is 0.
 */
export function onSession(
  crypto: CryptoProvider,
  config: ServerConfig,
  state: ServerState,
  session: Session,
): Step<ServerState> {
  const { bound } = inState(state, 'W_SESSION', 'control.unexpected');
  if (!crypto.constantTimeEqual(session.th, bound.transcriptHash)) refuse('session.transcript');
  if ((session.auth === 0) !== (config.credential === undefined)) refuse('auth.required');
  const { auth, max: peerFrameMaximum } = session;
  if (auth === 0) return opened(config, open(bound, peerFrameMaximum, undefined), []);
  return { state: { kind: 'W_AUTH', bound, peerFrameMaximum, auth }, out: [] };
}

/** W_AUTH | AUTH good | send AUTH -> OPEN. Refuses by `auth.failed`, and then without a proof of its own. */
export function onAuth(
  crypto: CryptoProvider,
  config: ServerConfig,
  state: ServerState,
  auth: Auth,
): Step<ServerState> {
  const { bound, peerFrameMaximum, auth: announced } = inState(state, 'W_AUTH', 'control.unexpected');
  const credential = config.credential ?? refuse('control.unexpected', 'AUTH without a credential');
  const { principal, answer } = judgeClient(crypto, credential, announced, auth, bound.transcriptHash);
  return opened(config, open(bound, peerFrameMaximum, principal), [{ sealed: answer }]);
}

/** OPEN, or the end: that there is no such database, or no right to it, is told now and by one code (HS-10). */
function opened(config: ServerConfig, result: Opened, out: readonly Out[]): Step<ServerState> {
  const state: ServerState = { kind: 'OPEN', open: result };
  if (config.serves(result.database, result.principal)) return { state, out };
  return { state: closed('server', state, new ProtocolError('database.denied')), out };
}
