import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { concat, encodeFrame, fromHex } from '../../../reference/src/wire/index.ts';
import { PACKAGE_ROOT } from '../../src/catalogue/paths.ts';
import { RefusedAt } from '../../src/inspect/frames.ts';
import { guess, inspect } from '../../src/inspect/inspect.ts';
import { textLines } from '../../src/inspect/text.ts';

interface Vectors {
  readonly valid: readonly { readonly id: string; readonly bytes?: string; readonly v1?: string }[];
}

function bytesOf(topic: string): readonly (readonly [string, Uint8Array])[] {
  const { valid } = JSON.parse(readFileSync(join(PACKAGE_ROOT, `vectors/${topic}.json`), 'utf8')) as Vectors;
  return valid.flatMap(({ id, bytes }) => (bytes === undefined ? [] : [[id, fromHex(bytes)] as const]));
}

describe('guess', () => {
  it.each([
    ['control', 'control'],
    ['hello', 'hello'],
    ['welcome', 'welcome'],
    ['operations', 'operation'],
    ['cursors', 'cursor'],
  ])('takes every vector of %s for %s, and decodes it', (topic, kind) => {
    expect(bytesOf(topic).length).toBeGreaterThan(0);
    const wrong = bytesOf(topic).filter(([, bytes]) => guess(bytes) !== kind);
    expect(wrong.map(([id]) => id)).toEqual([]);
    for (const [, bytes] of bytesOf(topic)) expect(() => inspect(bytes)).not.toThrow();
  });
});

describe('inspect', () => {
  const key = new Uint8Array(32).fill(5);
  const plaintext = fromHex('30424c415a45010001ff00016407000000080102030405060708');
  const nonce = fromHex('000500000000000000000000');
  const sealed = encodeFrame(5, concat(nonce, nodeCrypto.seal(key, nonce, plaintext)));
  const alert = encodeFrame(7, fromHex('0206'));

  it('opens sealed frames with their key', () => {
    const { content } = inspect(concat(alert, sealed), { key });
    expect(content).toMatchObject([
      { offset: 0, frame: 'ALERT', content: { code: 'TIMEOUT' } },
      { offset: 7, frame: 'CONTROL', content: { message: 'PING', d: '0102030405060708' } },
    ]);
  });

  it('shows nonce and length without it', () => {
    expect(inspect(sealed).content).toMatchObject([{ nonce: '000500000000000000000000', plaintextLength: 26 }]);
  });

  it('names the refusal and the place', () => {
    const cut = concat(alert, sealed.subarray(0, 20));
    expect(() => inspect(cut, { kind: 'frames' })).toThrow(RefusedAt);
    expect(() => inspect(cut, { kind: 'frames' })).toThrow(expect.objectContaining({ offset: 7 }));
    const wrongKey = new Uint8Array(32);
    expect(() => inspect(sealed, { key: wrongKey })).toThrow(expect.objectContaining({ offset: 0 }));
  });
});

describe('textLines', () => {
  it('indents what does not fit on a line', () => {
    const long = { first: 'x'.repeat(60), second: 'y'.repeat(60) };
    expect(textLines({ a: 1, b: [1, 2], c: long })).toEqual([
      ...['  a  1', '  b  [1,2]', '  c'],
      `    first   ${'x'.repeat(60)}`,
      `    second  ${'y'.repeat(60)}`,
    ]);
  });
});
