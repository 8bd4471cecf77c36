import { describe, expect, it } from 'vitest';
import { Id } from '../../../reference/src/wire/index.ts';
import { mismatch } from '../../src/script/match.ts';
import { environment } from '../support/stage.ts';

const scene = environment();
const message = {
  ...{ name: 'SUBSCRIBED', req: 1, st: 0x0505, code: 0x0401, more: false },
  ...{ d: Uint8Array.of(1, 2), id: Id.ZERO, text: 'hi', capabilities: 6 },
  sc: [
    { s: 1, st: 0 },
    { s: 2, st: 0x0503 },
  ],
};

describe('mismatch', () => {
  it.each([
    {},
    { req: 1 },
    { st: 'BAD_SUBSCRIPTION' },
    { code: 'OP_MALFORMED', more: false },
    { d: '01 02', id: { zeros: 16 } },
    { text: 'hi' },
    { sc: [{ s: 1 }, { st: 'CURSOR_AHEAD' }] },
    { req: '*', nothing: { absent: true } },
    { req: { min: 1, max: 1 } },
    { req: { not: 2 } },
    { d: { length: 2 } },
    { st: { any: ['CURSOR_AHEAD', 'BAD_SUBSCRIPTION'] } },
    { caps: { subset: ['COMPRESSION', 'SELECTIVE_SYNC', 'E2E'] } },
    { caps: ['COMPRESSION', 'SELECTIVE_SYNC'] },
  ])('finds nothing wrong with %j', (pattern) => {
    expect(mismatch(pattern, message, scene)).toBeUndefined();
  });

  it.each([
    [{ req: 2 }, 'req 1'],
    [{ st: 'CURSOR_AHEAD' }, 'st BAD_SUBSCRIPTION'],
    [{ d: '0103' }, 'd 0102'],
    [{ text: 'ho' }, 'text "hi"'],
    [{ more: true }, 'more false'],
    [{ sc: [{ s: 1 }] }, 'sc with 2 entries'],
    [{ sc: [{ s: 1 }, { s: 3 }] }, 'sc.1.s 2'],
    [{ nothing: '*' }, 'no nothing'],
    [{ req: { absent: true } }, 'req 1'],
    [{ req: { min: 2 } }, 'req 1'],
    [{ req: { not: 1 } }, 'req 1'],
    [{ caps: { subset: ['E2E'] } }, 'caps 6'],
  ])('says of %j what there is: %s', (pattern, what) => {
    expect(mismatch(pattern, message, scene)).toBe(what);
  });

  it('takes a bare code for the code', () => {
    expect(mismatch('OP_MALFORMED', message, scene)).toBeUndefined();
    expect(mismatch('TIMEOUT', message, scene)).toBe('code OP_MALFORMED');
  });
});
