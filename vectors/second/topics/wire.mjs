/** The topics of the codec. */
import { decodeCursor, encodeCursor } from '../arrival-log.mjs';
import { decodeBatch, encodeBatch, encodeBody, unpack } from '../batch.mjs';
import { hex, join } from '../bytes.mjs';
import * as clear from '../clear.mjs';
import { decodeControl, encodeControl } from '../control.mjs';
import { CLEAR, decodeExtensions, encodeExtensions, IN_OPERATION } from '../extensions.mjs';
import { admit, decodeFrames, encodeFrame } from '../frame.mjs';
import { decodeOperation, encodeOperation } from '../operation.mjs';
import { decodeRecord, encodeRecord } from '../record.mjs';
import { same } from '../same.mjs';

export const records = {
  valid({ fields, v1, v2 }) {
    same('v1', encodeRecord(fields, 1), v1);
    same('v2', encodeRecord(fields, 2), v2);
    same('fields of v1', decodeRecord(hex(v1)), fields);
    same('fields of v2', decodeRecord(hex(v2)), fields);
  },
  invalid: ({ bytes }) => decodeRecord(hex(bytes)),
  unencodable: ({ fields }) => encodeRecord(fields),
};

export const swiftDecoder = {
  valid({ fields, bytes }) {
    same('bytes', encodeRecord(fields), bytes);
    same('fields', decodeRecord(hex(bytes)), fields);
  },
  invalid: ({ bytes }) => decodeRecord(hex(bytes)),
};

export const operations = {
  valid({ operation, bytes }) {
    same('bytes', encodeOperation(operation), bytes);
    same('operation', decodeOperation(hex(bytes)), operation);
  },
  invalid: ({ bytes }) => decodeOperation(hex(bytes)),
};

export const batches = {
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

export const frames = {
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

export const admission = {
  valid: (vector) => judgeHeader(vector),
  invalid: (vector) => judgeHeader(vector),
};

function judgeHeader({ role, state, maximum, header }) {
  const bytes = hex(header);
  same('length of the header', bytes.length, 5);
  admit(role, state, bytes[0], bytes.readUInt32BE(1), maximum);
}

export const greeting = (name) => ({
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

export const shortMessages = {
  valid({ message, bytes }) {
    const [encode, decode] = short[message.message];
    same('bytes', encode(message), bytes);
    same('message', decode(hex(bytes)), message);
  },
  invalid: ({ name, bytes }) => short[name][1](hex(bytes)),
};

export const extensions = {
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

export const control = {
  valid({ role, state, message, ignored, bytes }) {
    same('bytes', encodeControl(message, ignored), bytes);
    same('message', decodeControl(hex(bytes), role, state), message);
  },
  invalid: ({ role, state, bytes }) => decodeControl(hex(bytes), role, state),
  skipped({ role, state, bytes, controlId }) {
    same('message', decodeControl(hex(bytes), role, state), { message: 'UNKNOWN', id: controlId });
  },
};

export const cursors = {
  valid({ cursor, bytes }) {
    same('bytes', encodeCursor(cursor), bytes);
    same('cursor', decodeCursor(hex(bytes)), cursor);
  },
  invalid: ({ bytes }) => decodeCursor(hex(bytes)),
};
