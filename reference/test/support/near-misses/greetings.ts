import type { NearMiss } from './near-miss.ts';

const PROTOCOL = '0b 626c617a6564622f312e30';
const KEY = `04 0217e617f0b6443928278f96999e69a23a4f2c152bdf6d6cdf66e5b80282d4ed
  194a7debcb97712d2dda3ca85aa8765a56f45fc758599652f2897c65306e5794`;
const front = `${PROTOCOL} 000102030405060708090a0b0c0d0e0f 04 62756773 ${KEY} 0f 0000018bcfe56800`;
const hello = `${front} 00`;
/** With the extension `target`. */
const targeted = `${hello} 0008 0001 0004 62756773`;
const named = (name: string) => `${PROTOCOL} 000102030405060708090a0b0c0d0e0f ${name} ${KEY} 0f 0000018bcfe56800 00`;
const a = (count: number) => '61'.repeat(count);

/** Every refusal of HELLO by its form (section 4.3.1). */
export const HELLOS: readonly NearMiss[] = [
  { reason: 'message.truncated', fact: 'nothing', accepted: hello, from: hello, to: '' },
  { reason: 'message.truncated', fact: 'it ends inside the protocol', accepted: hello, from: hello, to: '0b 626c' },
  {
    reason: 'message.truncated',
    fact: 'it ends inside the key',
    accepted: hello,
    from: '5794 0f 0000018bcfe56800 00',
    to: '',
  },
  { reason: 'message.truncated', fact: 'it ends inside time', accepted: hello, from: 'cfe56800 00', to: '' },
  { reason: 'message.truncated', fact: 'it ends before the token', accepted: hello, from: '6800 00', to: '6800' },
  { reason: 'message.truncated', fact: 'it ends inside the token', accepted: hello, from: '6800 00', to: '6800 02 61' },
  { reason: 'hello.protocol', fact: 'another version', accepted: hello, from: '2e30', to: '2e31' },
  {
    reason: 'hello.protocol',
    fact: 'the protocol is judged before all else',
    accepted: hello,
    from: hello,
    to: '01 ff',
  },
  { reason: 'hello.database-name', fact: 'a colon', accepted: hello, from: '62756773', to: '62753a73' },
  { reason: 'hello.database-name', fact: 'no name', accepted: hello, from: '04 62756773', to: '00' },
  {
    reason: 'hello.database-name',
    fact: '65 characters',
    accepted: named(`40 ${a(64)}`),
    from: `40 ${a(64)}`,
    to: `41 ${a(65)}`,
  },
  { reason: 'hello.database-name', fact: 'not UTF-8', accepted: hello, from: '62756773', to: '627567ff' },
  { reason: 'hello.key', fact: 'a compressed point', accepted: hello, from: ' 04 0217', to: ' 02 0217' },
  { reason: 'hello.token', fact: 'not UTF-8', accepted: `${front} 01 7a`, from: '01 7a', to: '01 ff' },
  {
    reason: 'extensions.length',
    fact: 'one byte behind the token',
    accepted: hello,
    from: '6800 00',
    to: '6800 00 00',
  },
  {
    reason: 'extensions.order',
    fact: 'one type twice',
    accepted: `${targeted.replace('0008 ', '000c ')} 0a0a 0000`,
    from: '0a0a 0000',
    to: '0001 0000',
  },
  {
    reason: 'hello.target',
    fact: 'the target is no name',
    accepted: targeted,
    from: '0004 62756773',
    to: '0004 62752f73',
  },
  {
    reason: 'hello.target',
    fact: 'the target is empty',
    accepted: targeted,
    from: '0008 0001 0004 62756773',
    to: '0004 0001 0000',
  },
];

const challenge = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const welcome = `${front} ${challenge} 00`;

/** Every refusal of WELCOME by its form (section 4.4.1). */
export const WELCOMES: readonly NearMiss[] = [
  { reason: 'message.truncated', fact: 'it ends inside the challenge', accepted: welcome, from: 'aeaf 00', to: 'ae' },
  { reason: 'hello.protocol', fact: 'another version', accepted: welcome, from: '2e30', to: '2e31' },
  { reason: 'hello.database-name', fact: 'a slash', accepted: welcome, from: '62756773', to: '62752f73' },
  { reason: 'hello.key', fact: 'a compressed point', accepted: welcome, from: ' 04 0217', to: ' 03 0217' },
  { reason: 'welcome.token', fact: 'a token', accepted: welcome, from: 'aeaf 00', to: 'aeaf 01 78' },
  {
    reason: 'welcome.token',
    fact: 'a token that is not UTF-8 is a token first',
    accepted: welcome,
    from: 'aeaf 00',
    to: 'aeaf 01 ff',
  },
  { reason: 'extensions.length', fact: 'an empty block', accepted: welcome, from: 'aeaf 00', to: 'aeaf 00 0000' },
];

const block = '000e 0001 0004 62756773 0a0a 0002 c0de';

/** Every refusal of an extension block (section 4.5.1). */
export const EXTENSION_BLOCKS: readonly NearMiss[] = [
  { reason: 'extensions.length', fact: 'one byte', accepted: block, from: block, to: '00' },
  { reason: 'extensions.length', fact: 'an empty block', accepted: block, from: block, to: '0000' },
  { reason: 'extensions.length', fact: 'a total that is one too large', accepted: block, from: '000e', to: '000f' },
  {
    reason: 'extensions.length',
    fact: 'an entry whose header is cut',
    accepted: block,
    from: '000e 0001 0004 62756773 0a0a 0002 c0de',
    to: '000b 0001 0004 62756773 0a0a 00',
  },
  {
    reason: 'extensions.length',
    fact: 'a value that runs past the end',
    accepted: block,
    from: '0002 c0de',
    to: '0003 c0de',
  },
  { reason: 'extensions.order', fact: 'types that descend', accepted: block, from: '0a0a', to: '0000' },
  { reason: 'extensions.order', fact: 'one type twice', accepted: block, from: '0a0a', to: '0001' },
];

/** Clear messages of a fixed size. */
export const VERIFIES: readonly NearMiss[] = [
  { reason: 'verify.length', fact: '31 bytes', accepted: a(32), from: a(32), to: a(31) },
  { reason: 'verify.length', fact: '33 bytes', accepted: a(32), from: a(32), to: a(33) },
];
export const ALERTS: readonly NearMiss[] = [
  { reason: 'alert.length', fact: 'one byte', accepted: '0204', from: '0204', to: '02' },
  { reason: 'alert.length', fact: 'three bytes', accepted: '0204', from: '0204', to: '020400' },
];
export const CURSORS: readonly NearMiss[] = [
  { reason: 'cursor.length', fact: '39 bytes', accepted: a(40), from: a(40), to: a(39) },
  { reason: 'cursor.length', fact: '41 bytes', accepted: a(40), from: a(40), to: a(41) },
];
