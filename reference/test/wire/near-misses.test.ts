import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/registry.ts';
import {
  decodeAlert,
  decodeBatch,
  decodeControl,
  decodeCursor,
  decodeExtensions,
  decodeHello,
  decodeOperation,
  decodeRecord,
  decodeVerify,
  decodeWelcome,
} from '../../src/wire/index.ts';
import { inflate, sha256 } from '../support/codec.ts';
import { BATCHES } from '../support/near-misses/batches.ts';
import { CONTROLS } from '../support/near-misses/controls.ts';
import { ALERTS, CURSORS, EXTENSION_BLOCKS, HELLOS, VERIFIES, WELCOMES } from '../support/near-misses/greetings.ts';
import { bytesOf, type NearMiss, refusedBytes } from '../support/near-misses/near-miss.ts';
import { OPERATIONS } from '../support/near-misses/operations.ts';
import { RECORDS } from '../support/near-misses/records.ts';
import { expectedForm, formOf, refusalOf } from '../support/refusal.ts';

interface Decoder {
  readonly decode: (bytes: Uint8Array) => unknown;
  readonly misses: readonly NearMiss[];
  /** What a refusal of a record becomes here. */
  readonly carrier?: { readonly code: string; readonly effect: string };
}

const DECODERS: Record<string, Decoder> = {
  'a record': { decode: decodeRecord, misses: RECORDS },
  'an operation': {
    decode: (bytes) => decodeOperation(bytes, { sha256 }),
    misses: OPERATIONS,
    carrier: { code: 'OP_MALFORMED', effect: 'reject' },
  },
  'a batch': { decode: (bytes) => decodeBatch(bytes, { compression: true, inflate }), misses: BATCHES },
  'a HELLO': { decode: decodeHello, misses: HELLOS },
  'a WELCOME': { decode: decodeWelcome, misses: WELCOMES },
  'an extension block': { decode: (bytes) => decodeExtensions(bytes), misses: EXTENSION_BLOCKS },
  'a VERIFY': { decode: decodeVerify, misses: VERIFIES },
  'an ALERT': { decode: decodeAlert, misses: ALERTS },
  'a cursor': { decode: decodeCursor, misses: CURSORS },
  'a control message': {
    decode: decodeControl,
    misses: CONTROLS,
    carrier: { code: 'ILLEGAL_PARAMETER', effect: 'fatal' },
  },
};

describe.each(Object.entries(DECODERS))(
  '%s is accepted, and with one change refused by',
  (_, { decode, misses, carrier }) => {
    it.each(misses.map((miss) => [`${miss.reason}: ${miss.fact}`, miss] as const))('%s', (_title, miss) => {
      expect(() => decode(bytesOf(miss.accepted))).not.toThrow();
      expect(formOf(refusalOf(() => decode(refusedBytes(miss))))).toEqual(expectedForm(miss.reason, carrier));
    });
  },
);

/** Raised by encoders alone, by the state of a connection, or by what needs more than the bytes: tested there. */
const ELSEWHERE = [
  /^record\.(array-too-long|int-range)$/,
  /^operation\.(collection-too-long|id-conflict|mode|clock|no-room|not-durable)$/,
  /^batch\.compression-not-selected$/,
  /^control\.(unexpected|unknown-critical)$/,
  /^hello\.self$/,
  /^welcome\.(capabilities|database)$/,
  /^verify\.mac$/,
];

describe('the near misses', () => {
  it('raise every refusal of records, operations, batches, extensions, control and clear messages', () => {
    const raised = new Set(Object.values(DECODERS).flatMap(({ misses }) => misses.map(({ reason }) => reason)));
    const due = Object.keys(Refusal).filter(
      (name) =>
        /^(record|operation|batch|extensions|control|hello|welcome|verify|alert|cursor)\./.test(name) &&
        !ELSEWHERE.some((pattern) => pattern.test(name)),
    );
    expect(due.filter((name) => !raised.has(name as NearMiss['reason']))).toEqual([]);
  });
});
