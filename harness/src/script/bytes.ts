import { deflateRawSync } from 'node:zlib';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { ByteWriter, concat, decodeCursor, encodeCursor, fromHex, Id } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import { edit } from '../message/damage.ts';
import { encodeLaxRecord } from '../message/lax-record.ts';
import { resolveEdit } from './edit.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';
import { resolveRecord } from './record.ts';
import { resolveText } from './text.ts';

type Spec = { readonly [member: string]: unknown };

/** Bytes of a script: hex with blanks, a variable, or a maker. */
export function resolveBytes(value: unknown, environment: Environment): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Id) return value.toBytes();
  if (typeof value === 'string') return ofString(value, environment);
  if (typeof value !== 'object' || value === null) throw new HarnessFault(`${JSON.stringify(value)} are no bytes`);
  const spec = value as Spec;
  if ('times' in spec) {
    const unit = resolveBytes(spec.repeat, environment);
    return concat(...Array.from({ length: resolveNumber(spec.times, environment) }, () => unit));
  }
  if ('bytes' in spec) {
    return edit(resolveBytes(spec.bytes, environment), resolveEdit(spec.change as Spec, environment));
  }
  if ('cursor' in spec) return changeCursor(spec, environment);
  const [[maker, argument] = ['', undefined]] = Object.entries(spec);
  const make = MAKERS[maker];
  if (make === undefined) throw new HarnessFault(`there is no maker of bytes ${JSON.stringify(maker)}`);
  return make(argument, environment);
}

function ofString(text: string, environment: Environment): Uint8Array {
  if (text.startsWith('$')) return resolveBytes(environment.get(text), environment);
  try {
    return fromHex(text.replace(/\s+/g, ''));
  } catch {
    throw new HarnessFault(`${JSON.stringify(text)} is not hex`);
  }
}

type Maker = (argument: unknown, environment: Environment) => Uint8Array;

const MAKERS: { readonly [name: string]: Maker } = {
  zeros: (n, environment) => new Uint8Array(resolveNumber(n, environment)),
  random: (n, environment) => environment.fresh.bytes(resolveNumber(n, environment)),
  text: (text, environment) => Buffer.from(resolveText(text, environment)),
  concat: (parts, environment) => concat(...(parts as unknown[]).map((part) => resolveBytes(part, environment))),
  u8: (n, environment) => Uint8Array.of(resolveNumber(n, environment)),
  u16: (n, environment) => written((writer) => writer.u16(resolveNumber(n, environment))),
  u32: (n, environment) => written((writer) => writer.u32(resolveNumber(n, environment))),
  u64: (n, environment) => written((writer) => writer.u64(resolveNumber(n, environment))),
  record: (fields, environment) => encodeLaxRecord(resolveRecord(fields, environment)),
  deflate: (bytes, environment) => new Uint8Array(deflateRawSync(resolveBytes(bytes, environment))),
  sha256: (bytes, environment) => nodeCrypto.sha256(resolveBytes(bytes, environment)),
};

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.finish();
}

function changeCursor(spec: Spec, environment: Environment): Uint8Array {
  const of = decodeCursor(resolveBytes(spec.cursor, environment));
  const { log, seq, mark } = spec;
  const relative = typeof seq === 'string' && /^[+-]/.test(seq);
  return encodeCursor({
    log: log === undefined ? of.log : Id.from(resolveBytes(log, environment)),
    seq: seq === undefined ? of.seq : relative ? of.seq + Number(seq) : resolveNumber(seq, environment),
    mark: mark === undefined ? of.mark : Id.from(resolveBytes(mark, environment)),
  });
}
