/**
 * What is derived anew for each topic of the vectors. A function under `valid` throws an Error when a value of the
 * vector is not what it derives; one under `invalid` returns what it decoded, and throws a Refusal for bytes that it
 * refuses, so that the caller can compare the reason.
 */
import { isDeepStrictEqual } from 'node:util';
import { checkCursor, decodeCursor, encodeCursor, marksOf } from './arrival-log.mjs';
import { decodeBatch, encodeBatch, encodeBody, unpack } from './batch.mjs';
import { hex, join, longHex } from './bytes.mjs';
import * as clear from './clear.mjs';
import { decodeControl, encodeControl } from './control.mjs';
import { CLEAR, decodeExtensions, encodeExtensions, IN_OPERATION } from './extensions.mjs';
import { admit, decodeFrames, encodeFrame } from './frame.mjs';
import { counterOf, judgeStep, keysOf } from './handshake.mjs';
import * as keys from './keys.mjs';
import { expand } from './limits.mjs';
import { decodeOperation, encodeOperation } from './operation.mjs';
import { decodeRecord, encodeRecord } from './record.mjs';
import { refuse } from './refusal.mjs';
import { openOperation, sealOperation } from './sealed-operation.mjs';

/** `actual` and `expected` are equal; bytes are compared as hex. */
function same(what, actual, expected) {
  const plain = Buffer.isBuffer(actual) ? actual.toString('hex') : actual;
  if (!isDeepStrictEqual(plain, expected)) {
    const show = (value) => JSON.stringify(value).slice(0, 400);
    throw new Error(`${what} is ${show(plain)}, the vector says ${show(expected)}`);
  }
}

/** A sender that has nothing to leave out: the members of `derived` are those of the vector. */
function sameMembers(derived, vector) {
  for (const [name, value] of Object.entries(derived)) same(name, value, vector[name]);
}

const records = {
  valid({ fields, v1, v2 }) {
    same('v1', encodeRecord(fields, 1), v1);
    same('v2', encodeRecord(fields, 2), v2);
    same('fields of v1', decodeRecord(hex(v1)), fields);
    same('fields of v2', decodeRecord(hex(v2)), fields);
  },
  invalid: ({ bytes }) => decodeRecord(hex(bytes)),
  unencodable: ({ fields }) => encodeRecord(fields),
};

const swiftDecoder = {
  valid({ fields, bytes }) {
    same('bytes', encodeRecord(fields), bytes);
    same('fields', decodeRecord(hex(bytes)), fields);
  },
  invalid: ({ bytes }) => decodeRecord(hex(bytes)),
};

const operations = {
  valid({ operation, bytes }) {
    same('bytes', encodeOperation(operation), bytes);
    same('operation', decodeOperation(hex(bytes)), operation);
  },
  invalid: ({ bytes }) => decodeOperation(hex(bytes)),
};

const batches = {
  valid({ operations: list, bytes, packed, compression }) {
    const parts = list.map(hex);
    if (packed) {
      const raw = encodeBody(parts);
      same('flags', hex(bytes)[0], 1);
      same('raw_length', hex(bytes).readUInt32BE(1), raw.length);
      same('what was packed', unpack(hex(bytes).subarray(5), raw.length), raw.toString('hex'));
    } else same('bytes', encodeBatch(parts), bytes);
    const decoded = decodeBatch(hex(bytes), compression).map((operation) => operation.toString('hex'));
    same('operations', decoded, list);
  },
  invalid: ({ bytes, compression }) => decodeBatch(hex(bytes), compression),
};

const frames = {
  valid({ role, state, maximum, chunks, frames: list }) {
    const stream = join(...chunks.map(hex));
    same('stream', join(...list.map(({ type, payload }) => encodeFrame(type, hex(payload)))), stream.toString('hex'));
    same(
      'frames',
      decodeFrames(stream, (type, length) => admit(role, state, type, length, maximum)),
      list,
    );
  },
  invalid({ role, state, maximum, chunks }) {
    return decodeFrames(join(...chunks.map(hex)), (type, length) => admit(role, state, type, length, maximum));
  },
};

const admission = {
  valid: (vector) => judgeHeader(vector),
  invalid: (vector) => judgeHeader(vector),
};

function judgeHeader({ role, state, maximum, header }) {
  const bytes = hex(header);
  same('length of the header', bytes.length, 5);
  admit(role, state, bytes[0], bytes.readUInt32BE(1), maximum);
}

const greeting = (name) => ({
  valid({ message, bytes }) {
    same('bytes', clear.encodeHello(message), bytes);
    same('message', clear.decodeHello(hex(bytes), name), message);
  },
  invalid: ({ bytes }) => clear.decodeHello(hex(bytes), name),
});

const short = {
  VERIFY: [clear.encodeVerify, clear.decodeVerify],
  COMPLETE: [clear.encodeComplete, clear.decodeComplete],
  ALERT: [clear.encodeAlert, clear.decodeAlert],
};

const shortMessages = {
  valid({ message, bytes }) {
    const [encode, decode] = short[message.message];
    same('bytes', encode(message), bytes);
    same('message', decode(hex(bytes)), message);
  },
  invalid: ({ name, bytes }) => short[name][1](hex(bytes)),
};

const extensions = {
  valid({ extensions: list, bytes }) {
    same('bytes', encodeExtensions(list), bytes);
    same('extensions', decodeExtensions(hex(bytes), CLEAR), list);
  },
  invalid({ bytes, operationReason }) {
    try {
      decodeExtensions(hex(bytes), IN_OPERATION);
      throw new Error('the block is accepted in an operation');
    } catch (error) {
      same('reason in an operation', error.reason, operationReason);
    }
    return decodeExtensions(hex(bytes), CLEAR);
  },
};

const keySchedule = {
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

const proofs = {
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

const handshakes = {
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

const sealedFrames = {
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

const control = {
  valid({ role, state, message, ignored, bytes }) {
    same('bytes', encodeControl(message, ignored), bytes);
    same('message', decodeControl(hex(bytes), role, state), message);
  },
  invalid: ({ role, state, bytes }) => decodeControl(hex(bytes), role, state),
  skipped({ role, state, bytes, controlId }) {
    same('message', decodeControl(hex(bytes), role, state), { message: 'UNKNOWN', id: controlId });
  },
};

const cursors = {
  valid({ cursor, bytes }) {
    same('bytes', encodeCursor(cursor), bytes);
    same('cursor', decodeCursor(hex(bytes)), cursor);
  },
  invalid: ({ bytes }) => decodeCursor(hex(bytes)),
};

const arrivalLogs = {
  valid({ log, start, entries }) {
    const marks = marksOf(entries.map(({ operation }) => hex(operation)));
    const shown = [{ mark: '00'.repeat(16), cursor: start }, ...entries];
    same(
      'marks',
      marks,
      entries.map(({ mark }) => mark),
    );
    shown.forEach(({ mark, cursor }, seq) => {
      same('cursor', encodeCursor({ log, seq, mark }), cursor);
      checkCursor({ log, marks }, decodeCursor(hex(cursor)));
    });
  },
  invalid({ base, cursor }, file) {
    const { log, entries } = file.valid.find(({ id }) => id === base);
    checkCursor({ log, marks: entries.map(({ mark }) => mark) }, decodeCursor(hex(cursor)));
  },
};

const sealedOperations = {
  valid({ operation, keys: teamKeys, ...vector }) {
    sameMembers(sealOperation(operation, teamKeys), vector);
    same('operation', openOperation(hex(vector.bytes), teamKeys), operation);
  },
  invalid: ({ bytes, keys: teamKeys }) => openOperation(hex(bytes), teamKeys),
};

const seedSizes = {
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

const limits = {
  valid({ kind, value, bytes, length, sha256 }) {
    const expected = longHex(bytes);
    const whole = expand(value);
    const encode = { record: encodeRecord, operation: encodeOperation, batch: encodeLongBatch, control: encodeControl };
    const derived = encode[kind](whole);
    same('length', derived.length, length);
    same('sha256', keys.sha256(derived), sha256);
    if (!derived.equals(expected)) throw new Error('the bytes differ');
    const decoded = decoders[kind](expected);
    if (!isDeepStrictEqual(decoded, whole)) throw new Error('decoding gives another value');
  },
  invalid: ({ kind, bytes }) => decoders[kind](longHex(bytes)),
};

const encodeLongBatch = ({ operations: list }) => encodeBatch(list.map(longHex));

const decoders = {
  record: decodeRecord,
  operation: decodeOperation,
  control: (bytes) => decodeControl(bytes, 'client', 'OPEN'),
  batch: (bytes) => ({ operations: decodeBatch(bytes, true).map((operation) => operation.toString('hex')) }),
};

export const topics = {
  records,
  'swift-decoder': swiftDecoder,
  operations,
  batches,
  frames,
  admission,
  hello: greeting('HELLO'),
  welcome: greeting('WELCOME'),
  'short-messages': shortMessages,
  extensions,
  'key-schedule': keySchedule,
  proofs,
  handshakes,
  'sealed-frames': sealedFrames,
  control,
  cursors,
  'arrival-logs': arrivalLogs,
  'sealed-operations': sealedOperations,
  'seed-sizes': seedSizes,
  limits,
};
