/** Long values: the derivation works on them written out. */
import { isDeepStrictEqual } from 'node:util';
import { decodeBatch, encodeBatch } from '../batch.mjs';
import { hex } from '../bytes.mjs';
import { decodeControl, encodeControl } from '../control.mjs';
import * as keys from '../keys.mjs';
import { expand } from '../limits.mjs';
import { decodeOperation, encodeOperation } from '../operation.mjs';
import { decodeRecord, encodeRecord } from '../record.mjs';
import { same } from '../same.mjs';

export const limits = {
  valid({ kind, value, bytes, length, sha256 }) {
    const expected = hex(expand(bytes));
    const whole = expand(value);
    // Packed bytes are not made anew: what they unpack to is.
    const derived = encoders[kind]?.(whole) ?? expected;
    same('length', derived.length, length);
    same('sha256', keys.sha256(derived), sha256);
    if (!derived.equals(expected)) throw new Error('the bytes differ');
    if (!isDeepStrictEqual(decoders[kind](expected), whole)) throw new Error('decoding gives another value');
  },
  invalid: ({ kind, bytes }) => decoders[kind](hex(expand(bytes))),
  unencodable: ({ value }) => encodeRecord(expand(value)),
};

const encoders = {
  record: encodeRecord,
  operation: encodeOperation,
  control: encodeControl,
  batch: ({ operations: list }) => encodeBatch(list.map(hex)),
};

const decodeWholeBatch = (bytes) => ({
  operations: decodeBatch(bytes, true).map((operation) => operation.toString('hex')),
});

const decoders = {
  record: decodeRecord,
  operation: decodeOperation,
  control: (bytes) => decodeControl(bytes, bytes[0] === 0x10 ? 'server' : 'client', 'OPEN'),
  batch: decodeWholeBatch,
  'packed-batch': decodeWholeBatch,
};
