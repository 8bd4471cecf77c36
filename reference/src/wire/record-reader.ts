import { Id } from '../bytes/id.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { refuse } from '../errors.ts';
import { DEFAULT_LIMITS } from '../registry.ts';
import { DecodedFields } from './decoded-fields.ts';
import { BEFORE_ALL, nameOfBytes, orderAfter } from './interning.ts';
import { COMMON_NAMES, type Name, SPELLED_OUT } from './name.ts';
import { SHORT_STRING_BYTES, SMALL_INT_MAXIMUM, Tag } from './tag.ts';
import { DateValue, Double, type Fields, Float32Vector, type Value } from './value.ts';

const { FIELDS, NAME_BYTES, NESTING } = DEFAULT_LIMITS;

/** One for all: an empty dictionary is one byte, and a peer could have us make a quarter of a million Maps at once. */
const EMPTY_DICTIONARY: Fields = Object.defineProperty(new Map<string, Value>(), 'set', {
  value: () => {
    throw new TypeError('decoded values are read-only');
  },
});

/**
 * Reads the entries of one record. Precedence of refusals: the first violation in the order of the bytes; where one
 * place breaks several rules:
 *
 * - A declared length or count is judged when it has been read (`name-too-long`, `fields`, `tag-not-shortest`), before
 *   the question whether the bytes it promises are there (`truncated`). The nesting is judged at a container's tag,
 *   before its count.
 * - A name: length, presence, `utf8`, `name-bom`, `name-not-shortest` (at top level), then its order: equal to the name
 *   before it is `names-duplicate`, below it is `names-unsorted`. An id: `name-id-unknown`, then its order.
 * - A text is judged as UTF-8 when all of its bytes are there.
 */
export class RecordReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** `count u16 | { name, value }*`: what follows the version. */
  record(): Fields {
    const count = this.u16();
    if (count > FIELDS) refuse('record.fields', `${count} fields`);
    // The count is only a promise: no more room than the bytes could fill.
    const room = Math.min(count, (this.end - this.at) >>> 1);
    const names = new Array<string>(room);
    const values = new Array<Value>(room);
    let name = BEFORE_ALL;
    for (let i = 0; i < count; i++) {
      const guess = name.next;
      name = guess !== undefined && this.skip(guess.field) ? guess : inOrder(name, this.fieldName());
      names[i] = name.text;
      values[i] = this.value(0);
    }
    return new DecodedFields(names, values);
  }

  /** Whether `form` comes next; if so, it is passed. */
  private skip(form: Uint8Array): boolean {
    const { bytes, at } = this;
    const length = form.length;
    if (length > this.end - at) return false;
    for (let i = 0; i < length; i++) {
      if (bytes[at + i] !== form[i]) return false;
    }
    this.at = at + length;
    return true;
  }

  private fieldName(): Name {
    const id = this.u8();
    if (id !== SPELLED_OUT) return COMMON_NAMES[id] ?? refuse('record.name-id-unknown', `id ${id}`);
    const name = this.key();
    if (name.common) refuse('record.name-not-shortest', 'it has an id');
    return name;
  }

  private key(): Name {
    const length = this.u16();
    if (length > NAME_BYTES) refuse('record.name-too-long', `${length} bytes`);
    const start = this.take(length);
    return nameOfBytes(this.bytes, start, start + length);
  }

  /** `depth` counts the containers around the value. The frequent kinds come first, in a function of their own. */
  private value(depth: number): Value {
    const { bytes, at, end } = this;
    const tag = at < end ? bytes[at]! : -1;
    if (tag > Tag.SHORT_STRING && tag <= Tag.SHORT_STRING + SHORT_STRING_BYTES) {
      this.at = at + 1;
      return this.text(tag - Tag.SHORT_STRING);
    }
    if (tag === Tag.UUID && end - at > 16) {
      this.at = at + 17;
      return Id.at(bytes, at + 1);
    }
    if (tag === Tag.SMALL_INT && end - at > 1) {
      this.at = at + 2;
      return bytes[at + 1]!;
    }
    return this.rareValue(depth);
  }

  private rareValue(depth: number): Value {
    const tag = this.u8();
    switch (tag) {
      case Tag.UUID:
        return Id.at(this.bytes, this.take(16));
      case Tag.SMALL_INT:
        return this.u8();
      case Tag.STRING: {
        const length = this.u32();
        if (length <= SHORT_STRING_BYTES) refuse('record.tag-not-shortest', `a string of ${length} bytes`);
        return this.text(length);
      }
      case Tag.INT:
        return this.int();
      case Tag.DATE:
        return new DateValue(this.i32(), this.i32());
      case Tag.DOUBLE:
        return new Double(this.i32(), this.i32());
      case Tag.BOOL:
        return this.bool();
      case Tag.NULL:
        return null;
      case Tag.EMPTY_STRING:
        return '';
      case Tag.DATA:
        return this.data();
      case Tag.VECTOR:
        return this.vector();
      case Tag.ARRAY:
        return this.array(depth + 1);
      case Tag.DICTIONARY:
        return this.dictionary(depth + 1);
      case Tag.EMPTY_ARRAY:
        checkNesting(depth + 1);
        return [];
      case Tag.EMPTY_DICTIONARY:
        checkNesting(depth + 1);
        return EMPTY_DICTIONARY;
      default:
        return refuse('record.tag-unknown', `tag ${tag}`);
    }
  }

  private text(length: number): string {
    const start = this.take(length);
    return decodeUtf8(this.bytes, start, start + length) ?? refuse('record.utf8', 'a string');
  }

  private int(): number | bigint {
    const high = this.i32();
    const low = this.i32() >>> 0;
    if (high === 0 && low <= SMALL_INT_MAXIMUM) refuse('record.tag-not-shortest', `the int ${low}`);
    const value = high * 0x1_0000_0000 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  private bool(): boolean {
    const byte = this.u8();
    if (byte > 1) refuse('record.bool', `byte ${byte}`);
    return byte === 1;
  }

  /** A copy: a view would keep the whole frame alive. */
  private data(): Uint8Array {
    const length = this.u32();
    const start = this.take(length);
    return new Uint8Array(this.bytes.subarray(start, start + length));
  }

  private vector(): Float32Vector {
    const count = this.u32();
    if (count > (this.end - this.at) / 4) refuse('record.truncated');
    const bits = new Uint32Array(count);
    for (let i = 0; i < count; i++) bits[i] = this.i32();
    return new Float32Vector(bits);
  }

  /** Not allocated by the count: that is only a promise. */
  private array(depth: number): readonly Value[] {
    checkNesting(depth);
    const count = this.u16();
    if (count === 0) refuse('record.tag-not-shortest', 'an empty array');
    const values: Value[] = [];
    for (let i = 0; i < count; i++) values.push(this.value(depth));
    return values;
  }

  private dictionary(depth: number): Fields {
    checkNesting(depth);
    const count = this.u16();
    if (count === 0) refuse('record.tag-not-shortest', 'an empty dictionary');
    if (count > FIELDS) refuse('record.fields', `${count} entries`);
    const entries = new Map<string, Value>();
    let name = BEFORE_ALL;
    for (let i = 0; i < count; i++) {
      const guess = name.next;
      name = guess !== undefined && this.skip(guess.key) ? guess : inOrder(name, this.key());
      entries.set(name.text, this.value(depth));
    }
    return entries;
  }

  private u8(): number {
    return this.bytes[this.take(1)]!;
  }

  private u16(): number {
    const at = this.take(2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  private u32(): number {
    return this.i32() >>> 0;
  }

  private i32(): number {
    const at = this.take(4);
    const bytes = this.bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  private take(n: number): number {
    const at = this.at;
    if (n > this.end - at) refuse('record.truncated', `${n} bytes are due, ${this.end - at} remain`);
    this.at = at + n;
    return at;
  }
}

function inOrder(previous: Name, name: Name): Name {
  const order = orderAfter(previous, name);
  if (order <= 0) refuse(order === 0 ? 'record.names-duplicate' : 'record.names-unsorted');
  return name;
}

function checkNesting(depth: number): void {
  if (depth > NESTING) refuse('record.nesting');
}
