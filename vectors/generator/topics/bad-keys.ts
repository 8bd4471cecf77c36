import { python } from '../sources.ts';

const X = python.client.publicKey.slice(2, 66);
const Y = python.client.publicKey.slice(66);
const P = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
const ZERO = '00'.repeat(32);
/** x = 5 has a point on P-256; x + p, the same number modulo p, does not fit below p. */
const SMALL_X = '0000000000000000000000000000000000000000000000000000000000000005';
const SMALL_X_PLUS_P = 'ffffffff00000001000000000000000000000001000000000000000000000004';
const Y_OF_SMALL_X = '459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc';

/** Two public keys that look odd and are right. */
export const SMALL_KEY: string = `04${SMALL_X}${Y_OF_SMALL_X}`;
export const X_0_KEY: string = `04${ZERO}66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4`;

/** 65 bytes that are no public key. */
export const BAD_KEYS: readonly (readonly [id: string, key: string, note: string])[] = [
  ['off-curve', `04${X}${Y.slice(0, -1)}5`, 'the last bit of y is another'],
  ['off-curve-x', `04${X.slice(0, -1)}${X.endsWith('4') ? '5' : '4'}${Y}`, 'x is another'],
  ['zero-point', `04${ZERO}${ZERO}`, 'not on the curve'],
  ['prefix-00', `00${X}${Y}`, 'the first byte is not 04'],
  ['prefix-02', `02${X}${Y}`, 'the prefix of a compressed key'],
  ['prefix-06', `06${X}${Y}`, 'the prefix of the hybrid form'],
  ['all-zero', '00'.repeat(65), 'infinity, padded'],
  ['x-is-p', `04${P}${Y}`, 'a coordinate has to be below p'],
  ['y-is-p', `04${X}${P}`, 'a coordinate has to be below p'],
  ['x-above-p', `04${SMALL_X_PLUS_P}${Y_OF_SMALL_X}`, 'x + p: equal modulo p to a point on the curve'],
  ['all-ones', `04${'ff'.repeat(64)}`, 'both coordinates are above p'],
];
