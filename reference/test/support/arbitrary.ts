import fc from 'fast-check';
import { Id } from '../../src/bytes/id.ts';
import { ControlMessages, type ControlName, FieldNames } from '../../src/registry.ts';
import {
  type ControlMessage,
  DateValue,
  Double,
  type Extension,
  type Fields,
  Float32Vector,
  type Operation,
  type PlainOperation,
  type SealedOperation,
  type Value,
} from '../../src/wire/index.ts';

/** Generators of everything that the codec carries, edges included. */

export const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const id: fc.Arbitrary<Id> = bytes(16).map((value) => Id.from(value));

const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const EDGES = [0, 255, 256, -1, 2 ** 32, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
/** The form that a decoder gives: a number where it is exact. */
const int = fc
  .oneof(
    fc.constantFrom(...EDGES.map(BigInt), 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.maxSafeInteger().map(BigInt),
    fc.nat(300).map(BigInt),
  )
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));

/** Well-formed texts, short and long, ASCII and not, U+FEFF included. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '',
    '\ufeff',
    '\u0000',
    'ÿ'.repeat(7),
    'ÿ'.repeat(8),
    'x'.repeat(15),
    'x'.repeat(16),
    '🔥'.repeat(20),
  ),
);

const name = fc
  .oneof(text, fc.constantFrom(...FieldNames), fc.constantFrom('__proto__', 'constructor', 'size', ''))
  .filter((candidate) => !candidate.startsWith('\ufeff') && Buffer.byteLength(candidate) <= 255);

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  int,
  text,
  fc.tuple(int32, int32).map(([hi, lo]) => new Double(hi, lo)),
  fc.double().map((value) => Double.of(value)),
  fc.tuple(int32, int32).map(([hi, lo]) => new DateValue(hi, lo)),
  id,
  fc.uint8Array({ maxLength: 40 }),
  fc.uint32Array({ maxLength: 5 }).map((bits) => new Float32Vector(bits)),
);

const fieldsOf = (value: fc.Arbitrary<Value>): fc.Arbitrary<Fields> =>
  fc.array(fc.tuple(name, value), { maxLength: 8 }).map((entries) => new Map(entries));

export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fieldsOf(tie('value')),
  ),
})).value;

/** In any order of names. */
export const fields: fc.Arbitrary<Fields> = fieldsOf(value);

const counter = fc.oneof(fc.constantFrom(0, 255, 256, 65_535, 65_536, 2 ** 53 - 1), fc.maxSafeNat());

const collection = fc.oneof(
  text.filter((candidate) => candidate !== '' && Buffer.byteLength(candidate) <= 255),
  fc.constantFrom('a'.repeat(31), 'a'.repeat(32), 'a'.repeat(255)),
);

/** Ascending, of types that mean nothing. */
const unknownExtensions: fc.Arbitrary<Extension[]> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 0xffff }), fc.uint8Array({ maxLength: 20 })), {
    selector: ([type]) => type,
    maxLength: 3,
  })
  .map((entries) => entries.sort(([a], [b]) => a - b).map(([type, bytesOf]) => ({ type, value: bytesOf })));

const extensions: fc.Arbitrary<Extension[]> = fc
  .tuple(
    fc.option(
      id.filter((team) => !team.isZero),
      { nil: undefined },
    ),
    unknownExtensions,
  )
  .map(([team, others]) => (team === undefined ? others : [{ type: 1, value: team.toBytes() }, ...others]));

/** The changes that the type allows; `teamId` is left out, since it has to fit the team. */
const changesOf = (type: PlainOperation['type']): fc.Arbitrary<Fields> => {
  if (type === 'delete' || type === 'dropIndex') return fc.constant(new Map());
  if (type !== 'createIndex') {
    return fields.map((all) => new Map([...all].filter(([field]) => field !== 'teamId')));
  }
  return fc.tuple(fc.array(text, { minLength: 1, maxLength: 3 }), text).map(
    ([indexed, index]) =>
      new Map<string, Value>([
        ['name', index],
        ['fields', indexed],
      ]),
  );
};

export const plainOperation: fc.Arbitrary<PlainOperation> = fc
  .constantFrom<PlainOperation['type']>('insert', 'update', 'delete', 'createIndex', 'dropIndex')
  .chain((type) =>
    fc.record({
      id,
      counter,
      node: id,
      type: fc.constant(type),
      collection,
      record: id,
      changes: changesOf(type),
      extensions,
    }),
  );

export const sealedOperation: fc.Arbitrary<SealedOperation> = fc.record({
  id,
  counter,
  node: id,
  type: fc.constant('sealed' as const),
  tag: bytes(16),
  epoch: bytes(16),
  team: id.filter((team) => !team.isZero),
  nonce: bytes(12),
  ciphertext: fc.integer({ min: 1, max: 3 }).chain((blocks) => bytes(64 * blocks)),
  mac: bytes(16),
  extensions: unknownExtensions,
});

export const operation: fc.Arbitrary<Operation> = fc.oneof({ weight: 3, arbitrary: plainOperation }, sealedOperation);

interface Rule {
  readonly type: string;
  readonly optional?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly multiple?: number;
  readonly fields?: { readonly [name: string]: Rule };
}

function member(rule: Rule): fc.Arbitrary<unknown> {
  const { minimum: min = Number.MIN_SAFE_INTEGER, maximum: max = Number.MAX_SAFE_INTEGER } = rule;
  if (rule.type === 'int')
    return fc.oneof(
      fc.constantFrom(min, max),
      fc.maxSafeInteger().map((n) => Math.min(Math.max(n, min), max)),
    );
  if (rule.type === 'bool') return fc.boolean();
  if (rule.type === 'string') return text;
  if (rule.type === 'uuid') return id;
  if (rule.type === 'list') return fc.array(members(rule.fields ?? {}), { maxLength: 3 });
  if (rule.length !== undefined) return bytes(rule.length);
  return fc.nat(4).chain((n) => bytes(n * (rule.multiple ?? 1)));
}

function members(table: { readonly [name: string]: Rule }): fc.Arbitrary<object> {
  const required = Object.keys(table).filter((field) => !table[field]!.optional);
  const all = Object.fromEntries(Object.entries(table).map(([field, rule]) => [field, member(rule)]));
  return fc.record(all, { requiredKeys: required }) as fc.Arbitrary<object>;
}

/** Messages of every name, as the registry describes them. */
export const controlMessage: fc.Arbitrary<ControlMessage> = fc
  .constantFrom(...(Object.keys(ControlMessages) as ControlName[]))
  .chain((message) =>
    members(ControlMessages[message].fields).map((rest) => {
      const made = { name: message, ...rest } as ControlMessage;
      if (made.name !== 'ACK') return made;
      return { ...made, st: Uint8Array.from({ length: made.ids.length / 16 }, (_, i) => i % 2) };
    }),
  );
