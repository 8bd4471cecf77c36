/** What stands in a batch, right or wrong. */
import { ByteReader, EndOfBytes } from '../../reference/src/bytes/reader.ts';
import { inflate } from '../../reference/src/node/inflate.ts';

/** The operations of a body, as far as they are whole, whatever else is wrong. */
export function wholeOperations(body: Uint8Array, count = Number.POSITIVE_INFINITY): Uint8Array[] {
  const operations: Uint8Array[] = [];
  try {
    const reader = new ByteReader(body);
    reader.u16();
    while (reader.remaining > 0 && operations.length < count) operations.push(reader.bytes(reader.u32()));
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
  }
  return operations.filter(({ length }) => length >= 16);
}

/** The body of a batch, unpacked if need be, as far as that goes. */
export function bodyOf(plaintext: Uint8Array): Uint8Array {
  if (plaintext[0] !== 1) return plaintext.subarray(1);
  try {
    return inflate(plaintext.subarray(5), 1 << 22).raw;
  } catch {
    return new Uint8Array(0);
  }
}

export const countOf = (plaintext: Uint8Array): number => (plaintext[1]! << 8) | plaintext[2]!;

export const rawLengthOf = (plaintext: Uint8Array): number =>
  new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(1);

export function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}
