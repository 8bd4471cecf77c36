import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { fromHex, toHex } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../../src/failure.ts';
import { build } from '../../src/message/build.ts';
import { damage, type Edit, edit } from '../../src/message/damage.ts';
import { render } from '../../src/message/render.ts';
import { LooseSealer } from '../../src/peer/sealing.ts';

const bytes = fromHex('00112233');

describe('edit', () => {
  it.each<[string, Edit, string]>([
    ['flips bits', { verb: 'flip', at: 1, mask: 0x80 }, '00912233'],
    ['flips from the end', { verb: 'flip', at: -1, mask: 1 }, '00112232'],
    ['overwrites', { verb: 'overwrite', at: 2, bytes: fromHex('ffff') }, '0011ffff'],
    ['inserts', { verb: 'insert', at: 1, bytes: fromHex('aa') }, '00aa112233'],
    ['inserts at the end', { verb: 'insert', at: 4, bytes: fromHex('aa') }, '00112233aa'],
    ['appends', { verb: 'append', bytes: fromHex('aa') }, '00112233aa'],
    ['replaces', { verb: 'replace', bytes: fromHex('aa') }, 'aa'],
    ['truncates', { verb: 'truncate', count: 3 }, '00'],
    ['drops', { verb: 'drop', at: 1, count: 2 }, '0033'],
    ['adds to a number', { verb: 'add', amount: 1 }, '00112234'],
    ['subtracts with a borrow', { verb: 'add', amount: -0x34 }, '001121ff'],
  ])('%s', (_, change, expected) => {
    expect(toHex(edit(bytes, change))).toBe(expected);
  });

  it.each<Edit>([
    { verb: 'flip', at: 4, mask: 1 },
    { verb: 'overwrite', at: 3, bytes: fromHex('ffff') },
    { verb: 'truncate', count: 5 },
    { verb: 'drop', at: -5, count: 1 },
  ])('refuses a place that is not there: %j', (change) => {
    expect(() => edit(bytes, change)).toThrow(HarnessFault);
  });
});

describe('damage', () => {
  const ping = build({ kind: 'control', name: 'PING', id: 0x30, fields: new Map([['d', new Uint8Array(8)]]) });
  const key = new Uint8Array(32);
  const rendered = (message: Parameters<typeof render>[0]): Uint8Array =>
    render(message, new LooseSealer(nodeCrypto, key));

  it('of a part or the plaintext is sealed rightly, with a length that follows', () => {
    const whole = rendered(ping);
    const frame = rendered(damage(ping, 'record', { verb: 'append', bytes: fromHex('00') }));
    expect(frame.length).toBe(whole.length + 1);
    expect(frame[4]).toBe(whole[4]! + 1);
    expect(nodeCrypto.open(key, frame.subarray(5, 17), frame.subarray(17))).toBeDefined();
  });

  it.each([
    ['nonce', 5],
    ['ciphertext', 17],
    ['payload', 5],
    ['length', 1],
    ['type', 0],
  ])('of the %s comes after the sealing', (region, at) => {
    const whole = rendered(ping);
    const frame = rendered(damage(ping, region, { verb: 'flip', at: 0, mask: 1 }));
    const different = [...frame.keys()].filter((i) => frame[i] !== whole[i]);
    expect(different).toEqual([at]);
  });

  it('names the regions that there are when one is not', () => {
    expect(() => damage(ping, 'tga', { verb: 'truncate', count: 1 })).toThrow(/it has id, record, plaintext/);
  });
});
