import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { admit, admitControl } from '../../../reference/src/channel/admission.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { inflate } from '../../../reference/src/node/inflate.ts';
import { DEFAULT_LIMITS } from '../../../reference/src/registry.ts';
import { decodeAlert, encodeAlert } from '../../../reference/src/wire/alert.ts';
import { decodeBatch, encodeBatch } from '../../../reference/src/wire/batch.ts';
import { decodeComplete, encodeComplete } from '../../../reference/src/wire/complete.ts';
import { decodeControl, encodeControl } from '../../../reference/src/wire/control/control.ts';
import { type ControlJson, controlFromJson, controlToJson } from '../../../reference/src/wire/control/json.ts';
import type { ControlMessage } from '../../../reference/src/wire/control/message.ts';
import { decodeExtensions, encodeExtensions } from '../../../reference/src/wire/extensions.ts';
import { decodeOperation, encodeOperation } from '../../../reference/src/wire/operation.ts';
import { operationFromJson, operationToJson } from '../../../reference/src/wire/operation-json.ts';
import { decodeRecord, encodeRecord } from '../../../reference/src/wire/record.ts';
import { recordFromJson, recordToJson } from '../../../reference/src/wire/record-json.ts';
import { decodeVerify, encodeVerify } from '../../../reference/src/wire/verify.ts';
import { expand } from '../expand.ts';
import { type Entry, named, topic } from '../files.ts';
import { refusalOf } from '../refusal-of.ts';

const { sha256 } = nodeCrypto;
const decode = (bytes: string) => decodeOperation(fromHex(bytes), { sha256 });

describe('records', () => {
  const { valid, invalid, unencodable } = topic('records');
  it.each(named(valid))('%s is written and read', (_, { fields, v1, v2 }) => {
    const record = recordFromJson(fields);
    expect(toHex(encodeRecord(record, 1))).toBe(v1);
    expect(toHex(encodeRecord(record, 2))).toBe(v2);
    expect(recordToJson(decodeRecord(fromHex(v1)))).toEqual(fields);
    expect(recordToJson(decodeRecord(fromHex(v2)))).toEqual(fields);
  });
  it.each(named(invalid))('%s is refused', (_, { bytes, reason }) => {
    expect(refusalOf(() => decodeRecord(fromHex(bytes)))).toBe(reason);
  });
  it.each(named(unencodable!))('%s', (_, { fields, reason }) => {
    expect(refusalOf(() => encodeRecord(recordFromJson(fields)))).toBe(reason);
  });

  it('every tag that the table does not give is unknown', () => {
    const known = [...Array(11).keys()].map((n) => n + 1);
    known.push(0x11, 0x12, 0x18, 0x19, ...[...Array(15).keys()].map((n) => n + 0x21));
    for (let tag = 0; tag < 256; tag++) {
      if (known.includes(tag)) continue;
      const bytes = Uint8Array.of(...fromHex('424c415a4501000106'), tag, ...new Uint8Array(32));
      expect(
        refusalOf(() => decodeRecord(bytes)),
        `tag ${tag}`,
      ).toBe('record.tag-unknown');
    }
  });

  it('every prefix of a record is truncated', () => {
    for (const id of ['one-of-each', 'dictionary-key-255', 'nested-32-dictionaries']) {
      const bytes = fromHex(valid.find((entry) => entry.id === id)!.v1);
      for (let end = 0; end < bytes.length; end++) {
        expect(
          refusalOf(() => decodeRecord(bytes.subarray(0, end))),
          `${id} cut at ${end}`,
        ).toBe('record.truncated');
      }
    }
  });
});

describe("inputs to upstream's decoder", () => {
  const { valid, invalid } = topic('swift-decoder');
  it.each(named(valid))('%s is read, and is the only encoding', (_, { fields, bytes }) => {
    expect(recordToJson(decodeRecord(fromHex(bytes)))).toEqual(fields);
    expect(toHex(encodeRecord(recordFromJson(fields)))).toBe(bytes);
  });
  it.each(named(invalid))('%s is refused', (_, { bytes, reason }) => {
    expect(refusalOf(() => decodeRecord(fromHex(bytes)))).toBe(reason);
  });
});

describe('operations', () => {
  const { valid, invalid } = topic('operations');
  it.each(named(valid))('%s is written and read', (_, { operation, bytes }) => {
    expect(toHex(encodeOperation(operationFromJson(operation)))).toBe(bytes);
    expect(operationToJson(decode(bytes))).toEqual(operation);
  });
  it.each(named(invalid))('%s is refused', (_, { bytes, reason }) => {
    expect(refusalOf(() => decode(bytes))).toBe(reason);
  });

  it('every prefix of an operation is refused, and none is taken for another operation', () => {
    const reasons = new Set<string>();
    for (const { bytes } of valid.filter(({ id }) => ['python-seed-example', 'sealed-shortest'].includes(id))) {
      for (let end = 0; end < bytes.length; end += 2) reasons.add(refusalOf(() => decode(bytes.slice(0, end))));
    }
    expect([...reasons].sort()).toEqual(['operation.id-missing', 'operation.truncated', 'record.truncated']);
  });
});

describe('batches', () => {
  const { valid, invalid } = topic('batches');
  it.each(named(valid))(
    '%s is read, and written where it is not packed',
    (_, { operations, packed, compression, bytes }) => {
      expect(decodeBatch(fromHex(bytes), { compression, inflate }).map(toHex)).toEqual(operations);
      if (!packed) expect(toHex(encodeBatch((operations as string[]).map(fromHex)))).toBe(bytes);
    },
  );
  it.each(named(invalid))('%s is refused', (_, { compression, bytes, reason }) => {
    expect(refusalOf(() => decodeBatch(fromHex(bytes), { compression, inflate }))).toBe(reason);
  });
});

describe('extension blocks', () => {
  const inOperation = { length: 'operation.extensions-length', order: 'operation.extensions-order' } as const;
  const { valid, invalid } = topic('extensions');
  it.each(named(valid))('%s is written and read', (_, { extensions, bytes }) => {
    const list = (extensions as { type: number; value: string }[]).map(({ type, value }) => ({
      type,
      value: fromHex(value),
    }));
    expect(toHex(encodeExtensions(list))).toBe(bytes);
    expect(decodeExtensions(fromHex(bytes)).map(({ type, value }) => ({ type, value: toHex(value) }))).toEqual(
      extensions,
    );
  });
  it.each(named(invalid))('%s is refused in a message and in an operation', (_, { bytes, reason, operationReason }) => {
    const block = fromHex(bytes);
    expect(refusalOf(() => decodeExtensions(block))).toBe(reason);
    expect(refusalOf(() => decodeExtensions(block, 0, block.length, inOperation))).toBe(operationReason);
  });
});

describe('VERIFY, COMPLETE and ALERT', () => {
  const { valid, invalid } = topic('short-messages');
  const codecs: { [name: string]: [(message: Entry) => Uint8Array, (bytes: Uint8Array) => object] } = {
    VERIFY: [({ mac }) => encodeVerify(fromHex(mac)), (bytes) => ({ mac: toHex(decodeVerify(bytes)) })],
    COMPLETE: [
      () => encodeComplete(),
      (bytes) => {
        decodeComplete(bytes);
        return {};
      },
    ],
    ALERT: [({ code }) => encodeAlert({ code }), (bytes) => ({ code: decodeAlert(bytes).code })],
  };
  it.each(named(valid))('%s is written and read', (_, { message, bytes }) => {
    const [encode, decodeMessage] = codecs[message.message]!;
    expect(toHex(encode(message))).toBe(bytes);
    expect({ message: message.message, ...decodeMessage(fromHex(bytes)) }).toEqual(message);
  });
  it.each(named(invalid))('%s is refused', (_, { name, bytes, reason }) => {
    expect(refusalOf(() => codecs[name]![1](fromHex(bytes)))).toBe(reason);
  });
});

describe('control messages', () => {
  const { valid, invalid, skipped } = topic('control');
  const read = ({ role, state, bytes }: Entry) => {
    const plaintext = fromHex(bytes);
    if (admitControl(role, state, plaintext, DEFAULT_LIMITS) === 'skip') return undefined;
    return controlToJson(decodeControl(plaintext) as ControlMessage);
  };
  it.each(named(valid))('%s is written and read', (_, entry) => {
    expect(read(entry)).toEqual(entry.message);
    if (entry.ignored === undefined) {
      expect(toHex(encodeControl(controlFromJson(entry.message as ControlJson)))).toBe(entry.bytes);
    }
  });
  it.each(named(skipped!))('%s is skipped', (_, entry) => {
    expect(read(entry)).toBeUndefined();
  });
  it.each(named(invalid))('%s is refused', (_, entry) => {
    expect(refusalOf(() => read(entry))).toBe(entry.reason);
  });
});

describe('headers of frames', () => {
  const { valid, invalid } = topic('admission');
  const judge = ({ role, state, maximum, header }: Entry) =>
    admit(role, state, Number.parseInt(header.slice(0, 2), 16), Number.parseInt(header.slice(2), 16), {
      ...DEFAULT_LIMITS,
      FRAME_BYTES: maximum,
    });
  it.each(named(valid))('%s is accepted', (_, entry) => {
    expect(refusalOf(() => judge(entry))).toBe('accepted');
  });
  it.each(named(invalid))('%s is refused', (_, entry) => {
    expect(refusalOf(() => judge(entry))).toBe(entry.reason);
  });
});

describe('limits', () => {
  const { valid, invalid, unencodable } = topic('limits');
  // biome-ignore lint/suspicious/noExplicitAny: the schemas say what the values are
  const codecs: { [kind: string]: { encode?: (value: any) => Uint8Array; decode: (bytes: Uint8Array) => unknown } } = {
    record: {
      encode: (value) => encodeRecord(recordFromJson(value)),
      decode: (bytes) => recordToJson(decodeRecord(bytes)),
    },
    operation: {
      encode: (value) => encodeOperation(operationFromJson(value)),
      decode: (bytes) => operationToJson(decodeOperation(bytes, { sha256 })),
    },
    control: {
      encode: (value) => encodeControl(controlFromJson(value)),
      decode: (bytes) => controlToJson(decodeControl(bytes) as ControlMessage),
    },
    batch: { encode: (value) => encodeBatch(value.operations.map(fromHex)), decode: unpack },
    'packed-batch': { decode: unpack },
  };
  function unpack(bytes: Uint8Array): unknown {
    return { operations: decodeBatch(bytes, { compression: true, inflate }).map(toHex) };
  }
  it.each(named(valid))('%s is written and read', (_, { kind, value, bytes, length, sha256: hash }) => {
    const whole = fromHex(expand(bytes) as string);
    expect(whole.length).toBe(length);
    expect(toHex(sha256(whole))).toBe(hash);
    const { encode, decode: decodeIt } = codecs[kind]!;
    if (encode !== undefined) expect(toHex(encode(expand(value))) === toHex(whole)).toBe(true);
    expect(isDeepStrictEqual(decodeIt(whole), expand(value))).toBe(true);
  });
  it.each(named(invalid))('%s is refused', (_, { kind, bytes, reason }) => {
    expect(refusalOf(() => codecs[kind]!.decode(fromHex(expand(bytes) as string)))).toBe(reason);
  });
  it.each(named(unencodable!))('%s', (_, { value, reason }) => {
    expect(refusalOf(() => codecs.record!.encode!(expand(value)))).toBe(reason);
  });
});
