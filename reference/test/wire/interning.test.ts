import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, equalFields, type Fields, type Value } from '../../src/wire/index.ts';
import { BEFORE_ALL, nameOfBytes, nameOfText, orderAfter } from '../../src/wire/interning.ts';
import { COMMON_NAMES } from '../../src/wire/name.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const nameIn = (text: string) => nameOfBytes(bytesOf(text), 0, bytesOf(text).length);

describe('names', () => {
  it('are kept when they are read for the second time', () => {
    const first = nameIn('read-twice');
    expect(first.kept).toBe(false);
    const second = nameIn('read-twice');
    expect(second.kept).toBe(true);
    expect(nameIn('read-twice')).toBe(second);
    expect(first.text).toBe(second.text);
  });

  it('are one object, whether they are read or written', () => {
    const name = nameOfText('assignee');
    for (let i = 0; i < 3; i++) expect(nameIn('assignee')).toBe(name);
    expect(nameIn('title')).toBe(COMMON_NAMES[6]);
  });

  it('with the same hash are not taken for one another', () => {
    // 31 * 0x41 + 0x61 = 31 * 0x42 + 0x42
    const pairs = ['Aa', 'BB', 'AaAa', 'AaBB', 'BBAa', 'BBBB'];
    for (let round = 0; round < 3; round++) for (const text of pairs) expect(nameIn(text).text).toBe(text);
  });

  it('over 48 bytes are not kept', () => {
    const long = 'x'.repeat(49);
    expect(nameIn(long)).not.toBe(nameIn(long));
    for (const name of [nameIn(long), nameIn(long), nameOfText(long)]) {
      expect(name.text).toBe(long);
      expect(name.kept).toBe(false);
    }
    expect(orderAfter(nameOfText('a'), nameIn(long))).toBeGreaterThan(0);
    expect(nameOfText('a').next?.text).not.toBe(long);
  });

  it('remember what followed them, and only in ascending order', () => {
    const [a, b] = [nameOfText('follow-a'), nameOfText('follow-b')];
    expect(orderAfter(a, b)).toBeGreaterThan(0);
    expect(a.next).toBe(b);
    expect(orderAfter(b, a)).toBeLessThan(0);
    expect(b.next).toBeUndefined();
    expect(orderAfter(a, a)).toBe(0);
    expect(orderAfter(BEFORE_ALL, nameOfText(''))).toBeGreaterThan(0);
  });

  it('are read right while many more than can be kept go by', () => {
    const original = (i: number): Fields =>
      new Map<string, Value>([
        [`a-${i}`, i],
        ['assignee', 1],
        ['priority', 2],
        [
          'tags',
          new Map([
            [`b-${i}`, 1],
            ['title', 2],
          ]),
        ],
        [`zz-${i}`, 3],
      ]);
    for (let i = 0; i < 6000; i++) expect(equalFields(decodeRecord(encodeRecord(original(i))), original(i))).toBe(true);
    expect(nameIn('title')).toBe(COMMON_NAMES[6]);
  });
});
