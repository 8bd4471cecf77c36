import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../../src/bytes/compare.ts';
import { ByteWriter } from '../../../src/bytes/writer.ts';
import { compareStamps, type Stamp } from '../../../src/sync/merge/index.ts';
import * as any from '../../support/arbitrary.ts';
import { id } from './support.ts';

const stamp = (counter: number, node: number, operation: number): Stamp => ({
  counter,
  node: id(node),
  operation: id(operation),
});

describe('a stamp', () => {
  it('is greater by the counter first, then the node, then the operation id', () => {
    const ascending = [stamp(1, 9, 9), stamp(2, 1, 9), stamp(2, 2, 1), stamp(2, 2, 2)];
    for (const [i, x] of ascending.entries())
      for (const [j, y] of ascending.entries()) expect(Math.sign(compareStamps(x, y))).toBe(Math.sign(i - j));
  });

  it('compares ids as unsigned bytes', () => {
    for (const [lower, higher] of [
      [0x7f, 0x80],
      [0x01, 0xff],
      [0x00, 0x80],
    ] as const) {
      expect(compareStamps(stamp(1, higher, 1), stamp(1, lower, 1))).toBeGreaterThan(0);
      expect(compareStamps(stamp(1, 1, higher), stamp(1, 1, lower))).toBeGreaterThan(0);
    }
  });

  it('compares counters above 2^32 and up to 2^53 - 1 exactly', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(compareStamps(stamp(most, 1, 1), stamp(most - 1, 9, 9))).toBeGreaterThan(0);
    expect(compareStamps(stamp(2 ** 32, 1, 1), stamp(2 ** 32 - 1, 9, 9))).toBeGreaterThan(0);
  });

  it('has the order of its bytes, counter u64 | node | operation id', () => {
    const near = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1), fc.nat(3));
    const some = fc.oneof(fc.constantFrom(id(0), id(0x7f), id(0x80)), any.id);
    const stamps = fc.record({ counter: near, node: some, operation: some });
    const bytes = ({ counter, node, operation }: Stamp) => {
      const writer = new ByteWriter();
      writer.u64(counter);
      writer.id(node);
      writer.id(operation);
      return writer.finish();
    };
    fc.assert(
      fc.property(stamps, stamps, (x, y) => {
        expect(Math.sign(compareStamps(x, y))).toBe(Math.sign(compareBytes(bytes(x), bytes(y))));
      }),
    );
  });
});
