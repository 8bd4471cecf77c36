import { describe, expect, it } from 'vitest';
import { Double, encodeCursor, Id, toHex } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../../src/failure.ts';
import { resolveBytes } from '../../src/script/bytes.ts';
import { resolveNumber } from '../../src/script/number.ts';
import { resolveRecord, resolveValue } from '../../src/script/record.ts';
import { substitute } from '../../src/script/substitute.ts';
import { resolveText } from '../../src/script/text.ts';
import { environment } from '../support/stage.ts';

const scene = environment();
scene.set('n', 7);
scene.set('seen', encodeCursor({ log: Id.ZERO, seq: 9, mark: Id.ZERO }));

describe('resolveNumber', () => {
  it.each([
    [5, 5],
    ['12', 12],
    ['OPERATION_BYTES', 262_144],
    ['OPERATION_BYTES+1', 262_145],
    ['CONTROL_BYTES-1', 65_535],
    ['DEAD_PEER/2', 45_000],
    ['PING_IDLE*4', 120_000],
    ['$n+1', 8],
    ['$seen.seq', 9],
  ])('%j is %d', (value, expected) => {
    expect(resolveNumber(value, scene)).toBe(expected);
  });

  it.each(['NO_SUCH_LIMIT', '$nobody', 'a b', '', null, {}])('refuses %j', (value) => {
    expect(() => resolveNumber(value, scene)).toThrow(HarnessFault);
  });
});

describe('resolveBytes', () => {
  it.each([
    ['00 11 22', '001122'],
    ['', ''],
    [{ zeros: 3 }, '000000'],
    [{ repeat: 'ab', times: 3 }, 'ababab'],
    [{ u8: 7 }, '07'],
    [{ u16: 258 }, '0102'],
    [{ u32: 'OPERATION_BYTES' }, '00040000'],
    [{ u64: 1 }, '0000000000000001'],
    [{ text: 'hé' }, '68c3a9'],
    [{ concat: ['00', { u8: 1 }, '02'] }, '000102'],
    [{ record: {} }, '424c415a45010000'],
    [{ bytes: '0011', change: { at: -1, flip: 255 } }, '00ee'],
    ['$seen.log', '00'.repeat(16)],
    [{ cursor: '$seen', seq: '+1' }, `${'00'.repeat(16)}000000000000000a${'00'.repeat(16)}`],
    [
      { cursor: '$seen', seq: 3, mark: { repeat: 'ff', times: 16 } },
      `${'00'.repeat(16)}0000000000000003${'ff'.repeat(16)}`,
    ],
  ])('%j is %s', (value, expected) => {
    expect(toHex(resolveBytes(value, scene))).toBe(expected);
  });

  it('draws random bytes anew each time', () => {
    expect(resolveBytes({ random: 16 }, scene)).not.toEqual(resolveBytes({ random: 16 }, scene));
  });

  it.each(['zz', '0', 5, null, { nothing: 1 }])('refuses %j', (value) => {
    expect(() => resolveBytes(value, scene)).toThrow(HarnessFault);
  });
});

describe('resolveRecord', () => {
  it('sorts a mapping by UTF-8 and keeps a list as it is', () => {
    expect(resolveRecord({ b: 1, a: 2 }, scene).map(([name]) => name)).toEqual(['a', 'b']);
    expect(
      resolveRecord(
        [
          ['b', 1],
          ['a', 2],
          ['a', 3],
        ],
        scene,
      ).map(([name]) => name),
    ).toEqual(['b', 'a', 'a']);
  });

  it('makes any number of fields in order', () => {
    const names = resolveRecord({ fields: 1025 }, scene).map(([name]) => name);
    expect(names).toHaveLength(1025);
    expect(names).toEqual([...names].sort());
  });

  it('knows the typed forms', () => {
    expect(resolveValue({ double: '7ff8000000000001' }, scene)).toEqual(new Double(0x7ff80000, 1));
    expect(resolveValue({ int: '9223372036854775807' }, scene)).toBe(9223372036854775807n);
    expect(resolveValue({ uuid: '00112233445566778899aabbccddeeff' }, scene)).toEqual(
      Id.fromHex('00112233445566778899aabbccddeeff'),
    );
    expect(resolveValue({ nested: 3 }, scene)).toEqual([[[]]]);
    expect(resolveValue({ array: { repeat: 1, times: 3 } }, scene)).toEqual([1, 1, 1]);
    expect(resolveValue(null, scene)).toBeNull();
  });

  it.each([1.5, { double: 'x' }, { what: 1 }])('refuses %j', (value) => {
    expect(() => resolveValue(value, scene)).toThrow(HarnessFault);
  });
});

describe('resolveText', () => {
  it('fills variables in', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form of the vocabulary
    expect(resolveText('${n}-b', scene)).toBe('7-b');
    expect(resolveText('$n', scene)).toBe('7');
    expect(resolveText({ repeat: 'ab', times: 2 }, scene)).toBe('abab');
  });
});

describe('substitute', () => {
  it('puts a value where its name stands, as it is', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form of the vocabulary
    const tree = { set: { $field: '$value' }, on: 'c${field}', list: ['$value', '$other'] };
    const once = substitute(tree, 'field', 'd');
    expect(substitute(once, 'value', { zeros: 3 })).toEqual({
      ...{ set: { d: { zeros: 3 } }, on: 'cd' },
      list: [{ zeros: 3 }, '$other'],
    });
  });

  it('reaches into a value, and into a sum', () => {
    expect(substitute(['$x.a.b', '$x'], 'x', { a: { b: 5 } })).toEqual([5, { a: { b: 5 } }]);
    expect(substitute('$n+1', 'n', 4)).toBe('4+1');
  });
});
