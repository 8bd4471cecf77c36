/**
 * A handshake as two scripts see it: what each message must be after those before it, and why a changed one is refused.
 * A transcript is a list of steps { from, name, frame }, in the order in which they cross the link.
 */
import { hex } from './bytes.mjs';
import { decodeComplete, decodeHello, decodeVerify, targetOf } from './clear.mjs';
import { decodeControl } from './control.mjs';
import { admit, decodeFrames } from './frame.mjs';
import { agree, hmac, linkKey, openPayload, pskProof, transcriptHash } from './keys.mjs';
import { refuse } from './refusal.mjs';

/** The state in which the receiver of a step waits for it. */
const STATE = {
  HELLO: 'W_HELLO',
  WELCOME: 'W_WELCOME',
  VERIFY: 'W_VERIFY',
  COMPLETE: 'W_COMPLETE',
  SESSION: 'W_SESSION',
  AUTH: 'W_AUTH',
};

const CONTROL = 5;

/** Link key and transcript hash of a transcript, from the private key of one side. */
export function keysOf(steps, privateKey, role) {
  const frame = (name) => hex(steps.find((step) => step.name === name).frame);
  const hello = decodeHello(frame('HELLO').subarray(5), 'HELLO');
  const welcome = decodeHello(frame('WELCOME').subarray(5), 'WELCOME');
  const x = agree(hex(privateKey), hex((role === 'client' ? welcome : hello).key));
  return {
    ecdhX: x.toString('hex'),
    linkKey: linkKey(x, hello.database, welcome.database).toString('hex'),
    transcriptHash: transcriptHash(frame('HELLO'), frame('WELCOME'), frame('VERIFY')).toString('hex'),
  };
}

/** Number of sealed frames that the sender of step `index` sent before it. */
export function counterOf(steps, index) {
  const { from } = steps[index];
  return steps.slice(0, index).filter((step) => step.from === from && ['SESSION', 'AUTH'].includes(step.name)).length;
}

/** Judges step `index` of `connection` as its receiver does, all steps before it being right. */
export function judgeStep({ client, server, steps }, index) {
  const { from, name, frame } = steps[index];
  const role = from === 'client' ? 'server' : 'client';
  const own = role === 'client' ? client : server;
  const frames = decodeFrames(hex(frame), (type, length) => admit(role, STATE[name], type, length, 0));
  const [{ type, payload }] = frames;
  if (type !== CONTROL) return judgeClear(name, hex(payload), own, steps);
  const keys = keysOf(steps, own.privateKey, role);
  const plaintext = openPayload(hex(keys.linkKey), from, type, counterOf(steps, index), hex(payload));
  const message = decodeControl(plaintext, role, STATE[name]);
  if (name === 'SESSION') judgeSession(message, keys, own);
  else judgeAuth(message, { role, own, keys, from });
  return message;
}

function judgeClear(name, payload, own, steps) {
  if (name === 'COMPLETE') return decodeComplete(payload);
  if (name === 'VERIFY') {
    const { mac } = decodeVerify(payload);
    const welcome = decodeHello(hex(steps[1].frame).subarray(5), 'WELCOME');
    const { linkKey: key } = keysOf(steps, own.privateKey, 'server');
    if (mac !== hmac(hex(key), hex(welcome.challenge)).toString('hex')) refuse('verify.mac');
    return { message: 'VERIFY', mac };
  }
  return decodeHello(payload, name, (message) => {
    if (message.node === own.node) refuse('hello.self');
    if (name === 'HELLO') return;
    const hello = decodeHello(hex(steps[0].frame).subarray(5), 'HELLO');
    if (message.database !== (targetOf(hello) ?? hello.database)) refuse('welcome.database');
    if (message.capabilities & ~hello.capabilities & 0x0f) refuse('welcome.capabilities');
  });
}

function judgeSession({ th, auth }, keys, own) {
  if (th !== keys.transcriptHash) refuse('session.transcript');
  if ((auth === 0) !== (own.credential === undefined)) refuse('auth.required');
}

function judgeAuth({ kind, kid, proof }, { role, own, keys, from }) {
  const { credential } = own;
  if (kind !== 1 || (role === 'server' && kid !== credential.kid)) refuse('auth.failed');
  if (proof !== pskProof(hex(credential.psk), from, hex(keys.transcriptHash)).toString('hex')) refuse('auth.failed');
}
