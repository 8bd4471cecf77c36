/** The topics of keys, handshake and sealing. */
import { hex } from '../bytes.mjs';
import * as clear from '../clear.mjs';
import { encodeControl } from '../control.mjs';
import { decodeFrames, encodeFrame } from '../frame.mjs';
import { counterOf, judgeStep, keysOf } from '../handshake.mjs';
import * as keys from '../keys.mjs';
import { encodeOperation } from '../operation.mjs';
import { refuse } from '../refusal.mjs';
import { same, sameMembers } from '../same.mjs';
import { openOperation, sealOperation } from '../sealed-operation.mjs';

export const keySchedule = {
  valid(vector) {
    const { clientPrivateKey, serverPrivateKey, clientDatabase, serverDatabase, challenge } = vector;
    const clientPublicKey = keys.publicKey(hex(clientPrivateKey));
    const serverPublicKey = keys.publicKey(hex(serverPrivateKey));
    const x = keys.agree(hex(clientPrivateKey), serverPublicKey);
    same('x of the server', keys.agree(hex(serverPrivateKey), clientPublicKey), x.toString('hex'));
    const linkKey = keys.linkKey(x, clientDatabase, serverDatabase);
    same('clientPublicKey', clientPublicKey, vector.clientPublicKey);
    same('serverPublicKey', serverPublicKey, vector.serverPublicKey);
    same('ecdhX', x, vector.ecdhX);
    same('salt', Buffer.from('blazedb-sync-v1'), vector.salt);
    same('info', Buffer.from(keys.linkInfo(clientDatabase, serverDatabase)), vector.info);
    same('linkKey', linkKey, vector.linkKey);
    same('verify', keys.hmac(linkKey, hex(challenge)), vector.verify);
  },
  invalid: ({ privateKey, publicKey }) => keys.agree(hex(privateKey), hex(publicKey)),
};

export const proofs = {
  valid({ role, transcriptHash, input, ...vector }) {
    same('input', keys.authString(role, hex(transcriptHash)), input);
    judgeProof({ role, transcriptHash, ...vector });
    if (vector.kind === 1) same('proof', keys.pskProof(hex(vector.psk), role, hex(transcriptHash)), vector.proof);
  },
  invalid: (vector) => judgeProof(vector),
};

function judgeProof({ kind, role, transcriptHash, psk, publicKey, proof }) {
  const right =
    kind === 1
      ? keys.pskProof(hex(psk), role, hex(transcriptHash)).toString('hex') === proof
      : keys.verifySignature(hex(publicKey), role, hex(transcriptHash), hex(proof));
  if (!right) refuse('auth.failed');
}

export const handshakes = {
  valid(connection) {
    const { client, server, challenge, steps } = connection;
    for (const side of [client, server]) same('publicKey', keys.publicKey(hex(side.privateKey)), side.publicKey);
    for (const role of ['client', 'server']) {
      sameMembers(keysOf(steps, connection[role].privateKey, role), connection);
    }
    const key = hex(connection.linkKey);
    const encoders = {
      HELLO: [1, clear.encodeHello],
      WELCOME: [2, clear.encodeHello],
      VERIFY: [3, clear.encodeVerify],
    };
    steps.forEach((step, index) => {
      same(step.name, judgeStep(connection, index), step.message);
      if (step.plaintext === undefined) {
        const [type, encode] = encoders[step.name] ?? [4, clear.encodeComplete];
        same('frame', encodeFrame(type, encode(step.message)), step.frame);
        return;
      }
      same('counter', counterOf(steps, index), step.counter);
      same('plaintext', encodeControl(step.message), step.plaintext);
      same('frame', keys.sealFrame(key, step.from, 5, step.counter, hex(step.plaintext)), step.frame);
    });
    const [hello, welcome] = steps.map(({ message }) => message);
    same('selection', welcome.capabilities, hello.capabilities & server.capabilities & 0x0f);
    same('challenge', welcome.challenge, challenge);
    same('capabilities in OPEN', welcome.capabilities, connection.open.capabilities);
  },
  invalid({ base, step, frame }, file) {
    const connection = file.valid.find(({ id }) => id === base);
    const steps = connection.steps.map((whole, index) => (index === step ? { ...whole, frame } : whole));
    return judgeStep({ ...connection, steps }, step);
  },
};

export const sealedFrames = {
  valid({ linkKey, sender, type, counter, plaintext, nonce, frame }) {
    same('nonce', keys.nonceOf(sender, type, counter), nonce);
    same('frame', keys.sealFrame(hex(linkKey), sender, type, counter, hex(plaintext)), frame);
    same('plaintext', openFrame({ linkKey, sender, counter, frame }), plaintext);
  },
  invalid: (vector) => openFrame(vector),
};

function openFrame({ linkKey, sender, counter, frame }) {
  const bytes = hex(frame);
  return keys.openPayload(hex(linkKey), sender, bytes[0], counter, bytes.subarray(5));
}

export const sealedOperations = {
  valid({ operation, keys: teamKeys, ...vector }) {
    sameMembers(sealOperation(operation, teamKeys), vector);
    same('operation', openOperation(hex(vector.bytes), teamKeys), operation);
  },
  invalid: ({ bytes, keys: teamKeys }) => openOperation(hex(bytes), teamKeys),
};

export const seedSizes = {
  valid({ operation, linkKey, sender, counter, plaintext, payload, frame, sizes }) {
    const derived = encodeOperation(operation);
    const sealed = keys.sealFrame(hex(linkKey), sender, 6, counter, derived);
    same('plaintext', derived, plaintext);
    same('frame', sealed, frame);
    same('payload', sealed.subarray(5), payload);
    same('sizes', [derived.length, sealed.length - 5, sealed.length], [sizes.operation, sizes.sealed, sizes.framed]);
  },
  invalid(vector) {
    const [{ payload }] = decodeFrames(hex(vector.frame), () => undefined);
    return keys.openPayload(hex(vector.linkKey), vector.sender, 6, vector.counter, hex(payload));
  },
};
