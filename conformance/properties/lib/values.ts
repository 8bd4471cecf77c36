import fc from 'fast-check';
import { FieldNames } from '../../../reference/src/registry.ts';
import { Id } from '../../../reference/src/wire/index.ts';
import { DateValue, Double, type Fields, Float32Vector, type Value } from '../../../reference/src/wire/value.ts';

/** Bytes of a length from 0 to `most`. */
export const bytes = (most: number, least = 0): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: least, maxLength: most });

export const id: fc.Arbitrary<Id> = bytes(16, 16).map((of) => Id.from(of));

/** Surrogates, which are no scalar values: the first of them, and how many. */
const SURROGATES = 0xd800;
const SURROGATES_COUNT = 0x800;

/** Any scalar value. With a way back of its own: that of fast-check's unit lists all 1.1 million of them, for seconds. */
const character: fc.Arbitrary<string> = fc.nat(0x10ffff - SURROGATES_COUNT).map(
  (n) => String.fromCodePoint(n < SURROGATES ? n : n + SURROGATES_COUNT),
  (of) => {
    const code = typeof of === 'string' ? (of.codePointAt(0) ?? 0) : 0;
    const isSurrogate = code >= SURROGATES && code < SURROGATES + SURROGATES_COUNT;
    if (isSurrogate || String.fromCodePoint(code) !== of) throw new Error('not one character');
    return code < SURROGATES ? code : code - SURROGATES_COUNT;
  },
);

/** Text of any scalar values; what a name must not begin with can be left out. */
export const text = (mostCharacters: number): fc.Arbitrary<string> =>
  fc.string({ unit: character, maxLength: mostCharacters });

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** The bits of doubles that languages like to lose. */
const DOUBLES: readonly (readonly [number, number])[] = [
  [0x80000000, 0],
  [0x7ff80000, 1],
  [0x7ff00000, 1],
  [0xfff12345, 0x6789abcd],
  [0, 1],
  [0x7ff00000, 0],
];

const words: fc.Arbitrary<readonly [number, number]> = fc.oneof(fc.constantFrom(...DOUBLES), fc.tuple(word, word));

const INTS: readonly (number | bigint)[] = [
  0,
  255,
  256,
  -1,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
];

const int: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...INTS),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n)),
);

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  int,
  text(24),
  words.map(([hi, lo]) => new Double(hi, lo)),
  words.map(([hi, lo]) => new DateValue(hi, lo)),
  id,
  bytes(40),
  fc.array(word, { maxLength: 8 }).map((bits) => new Float32Vector(Uint32Array.from(bits))),
);

const name: fc.Arbitrary<string> = fc
  .oneof(fc.constantFrom(...FieldNames), text(12))
  .filter((of) => !of.startsWith('\uFEFF'));

function fieldsOf(value: fc.Arbitrary<Value>, most: number): fc.Arbitrary<Fields> {
  return fc
    .uniqueArray(fc.tuple(name, value), { selector: ([of]) => of, maxLength: most })
    .map((pairs) => new Map(pairs));
}

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fieldsOf(tie('value'), 4),
  ),
})).value;

/** Any record that an encoder may write. */
export const record: fc.Arbitrary<Fields> = fieldsOf(value, 8);

/** A name of a collection: 1 to 255 bytes of UTF-8. */
export const collection: fc.Arbitrary<string> = fc
  .oneof(text(12), text(80), fc.constantFrom('a', 'b'.repeat(31), 'c'.repeat(32), 'd'.repeat(255)))
  .filter((of) => of.length > 0 && Buffer.byteLength(of) <= 255);
