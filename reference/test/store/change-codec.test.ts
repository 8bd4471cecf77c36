import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Id } from '../../src/bytes/id.ts';
import { decodeChange, encodeChange } from '../../src/store/change-codec.ts';
import type { Change } from '../../src/sync/journal.ts';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Id.from(bytes));
const safe = fc.maxSafeNat();
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const code = fc.nat(0xffff);
const cursor = fc.record({ log: id, seq: safe, mark: id });
const bytes = fc.uint8Array({ maxLength: 300 });
const marks = fc
  .array(id, { minLength: 1, maxLength: 5 })
  .map((ids) => Uint8Array.from(ids.flatMap((of) => [...of.toBytes()])));
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

const KINDS: { readonly [K in Change['kind']]: fc.Arbitrary<Change> } = {
  log: fc.record({ kind: fc.constant('log'), id, clock: safe }),
  append: fc.record({ kind: fc.constant('append'), seq: safe, mark: id, isOwn: fc.boolean(), bytes }),
  dropped: fc.record({ kind: fc.constant('dropped'), from: safe, marks }),
  cursor: fc.record({
    kind: fc.constant('cursor'),
    remote: text,
    scope: text,
    cursor: fc.option(cursor, { nil: undefined }),
  }),
  seen: fc.record({ kind: fc.constant('seen'), remote: text, cursor }),
  known: fc.record({ kind: fc.constant('known'), remote: text, seqs: fc.array(safe, { maxLength: 20 }) }),
  forgotten: fc.record({ kind: fc.constant('forgotten'), remote: text }),
  dead: fc.record({ kind: fc.constant('dead'), remote: text, seq: safe, code }),
  revived: fc.record({ kind: fc.constant('revived'), remote: text, seq: safe }),
  withdrawn: fc.record({ kind: fc.constant('withdrawn'), seq: safe }),
  refused: fc.record({ kind: fc.constant('refused'), remote: text, hash, code }),
};
const change = fc.oneof(...Object.values(KINDS));

describe('a change as bytes', () => {
  it.each(Object.entries(KINDS))('%s: what is decoded is what was encoded', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (of) => {
        expect(decodeChange(encodeChange(of))).toEqual(of);
      }),
    );
  });

  it('has one form: whatever is decoded from any bytes is encoded to these bytes', () => {
    const near = fc
      .tuple(change.map(encodeChange), fc.nat(), fc.nat(255))
      .map(([of, at, byte]) => of.with(at % of.length, byte));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 80 })), (of) => {
        let decoded: Change;
        try {
          decoded = decodeChange(of);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(encodeChange(decoded)).toEqual(of);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused when it is cut anywhere, unless what is left is one, too', () => {
    for (const [kind, arbitrary] of Object.entries(KINDS)) {
      for (const of of fc.sample(arbitrary, 20).map(encodeChange)) {
        for (let length = 0; length < of.length; length++) {
          const cut = of.subarray(0, length);
          const isList = ['append', 'dropped', 'known', 'cursor'].includes(kind);
          if (!isList) expect(() => decodeChange(cut)).toThrow(RangeError);
        }
      }
    }
  });

  it('is refused when it has no form', () => {
    const cases: Change[] = [
      { kind: 'forgotten', remote: 'x'.repeat(65_536) },
      { kind: 'forgotten', remote: '\ud800' },
      { kind: 'withdrawn', seq: -1 },
      { kind: 'withdrawn', seq: 2 ** 53 },
      { kind: 'dead', remote: '', seq: 1, code: 65_536 },
      { kind: 'dropped', from: 1, marks: new Uint8Array(0) },
      { kind: 'dropped', from: 1, marks: new Uint8Array(17) },
      { kind: 'refused', remote: '', hash: new Uint8Array(31), code: 1 },
    ];
    for (const of of cases) expect(() => encodeChange(of), JSON.stringify(of)).toThrow(RangeError);
    expect(() => encodeChange({ kind: 'forgotten', remote: 'x'.repeat(65_535) })).not.toThrow();
  });
});
