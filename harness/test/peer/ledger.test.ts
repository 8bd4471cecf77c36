import { describe, expect, it } from 'vitest';
import { type ControlMessage, concat, encodeCursor, encodeOperation, Id } from '../../../reference/src/wire/index.ts';
import { Ledger } from '../../src/peer/ledger.ts';
import { limitsOf } from '../../src/run/profile.ts';

const LOG = Id.fromHex('11'.repeat(16));
const cursor = (seq: number, log = LOG): Uint8Array => encodeCursor({ log, seq, mark: Id.ZERO });

let count = 0;
function operation(collection = 'bugs'): Uint8Array {
  const id = Id.fromHex((++count).toString(16).padStart(32, '0'));
  return encodeOperation({
    id,
    counter: 1,
    node: LOG,
    type: 'delete',
    collection,
    record: LOG,
    changes: new Map(),
    extensions: [],
  });
}

/** A ledger with one active scope on `bugs`. */
function subscribed(limits = {}): Ledger {
  const ledger = new Ledger(limitsOf(limits));
  ledger.sent({ name: 'SUBSCRIBE', req: 1, mode: 0, sc: [{ s: 1, col: 'bugs' }] });
  ledger.received({ name: 'SUBSCRIBED', req: 1, st: 0, sc: [{ s: 1, st: 0 }] });
  ledger.received({ name: 'CHECKPOINT', sc: [{ s: 1, cur: cursor(0) }], n: 0, more: false });
  return ledger;
}

const ack = (ids: Uint8Array, st: number[], seq: number, log = LOG): ControlMessage => ({
  ...{ name: 'ACK', ids, st: Uint8Array.from(st) },
  cur: cursor(seq, log),
});

describe('a right node', () => {
  it('acknowledges, feeds and tells how far it came', () => {
    const ledger = subscribed();
    const own = operation();
    ledger.pushed(own);
    ledger.received(ack(own.subarray(0, 16), [0], 1));
    for (let i = 0; i < 3; i++) ledger.fed(operation());
    ledger.received({ name: 'CHECKPOINT', sc: [{ s: 1, cur: cursor(4) }], n: 3, more: false });
    ledger.sent({ name: 'FEED_ACK', n: 3 });
    ledger.received({ name: 'CLOSE', code: 0 });
    expect(ledger.feed.fed).toHaveLength(3);
  });
});

describe('a wrong node fails by the requirement that it breaks', () => {
  const wrong: readonly (readonly [string, string, (ledger: Ledger) => void])[] = [
    ['feeds without a scope', 'SYNC-23', () => new Ledger(limitsOf()).fed(operation())],
    ['feeds another collection', 'SYNC-22', (ledger) => ledger.fed(operation('other'))],
    [
      'feeds a removed scope',
      'SYNC-20',
      (ledger) => {
        ledger.sent({ name: 'SUBSCRIBE', req: 2, mode: 1, sc: [{ s: 1 }] });
        ledger.received({ name: 'SUBSCRIBED', req: 2, st: 0, sc: [{ s: 1, st: 0 }] });
        ledger.fed(operation());
      },
    ],
    [
      'feeds back what it stored here',
      'SYNC-24',
      (ledger) => {
        const own = operation();
        ledger.pushed(own);
        ledger.received(ack(own.subarray(0, 16), [0], 1));
        ledger.fed(own);
      },
    ],
    [
      'feeds it before it says so',
      'SYNC-24',
      (ledger) => {
        const own = operation();
        ledger.pushed(own);
        ledger.fed(own);
        ledger.received(ack(own.subarray(0, 16), [0], 1));
      },
    ],
    ['feeds what does not decode', 'OP-33', (ledger) => ledger.fed(operation().fill(0xc4, 34, 35))],
    [
      'counts wrongly',
      'SYNC-39',
      (ledger) => {
        ledger.fed(operation());
        ledger.received({ name: 'CHECKPOINT', sc: [], n: 2, more: false });
      },
    ],
    [
      'goes back',
      'SYNC-38',
      (ledger) => {
        ledger.received({ name: 'CHECKPOINT', sc: [{ s: 1, cur: cursor(5) }], n: 0, more: false });
        ledger.received({ name: 'CHECKPOINT', sc: [{ s: 1, cur: cursor(4) }], n: 0, more: false });
      },
    ],
    [
      'lists a scope that is not active',
      'SYNC-37',
      (ledger) => {
        ledger.received({ name: 'CHECKPOINT', sc: [{ s: 2, cur: cursor(5) }], n: 0, more: false });
      },
    ],
    [
      'lists a scope twice',
      'SYNC-36',
      (ledger) => {
        ledger.received({
          name: 'CHECKPOINT',
          sc: [
            { s: 1, cur: cursor(5) },
            { s: 1, cur: cursor(5) },
          ],
          n: 0,
          more: false,
        });
      },
    ],
    [
      'leaves a new scope out',
      'SYNC-36',
      (ledger) => {
        ledger.sent({ name: 'SUBSCRIBE', req: 2, mode: 0, sc: [{ s: 2 }] });
        ledger.received({ name: 'SUBSCRIBED', req: 2, st: 0, sc: [{ s: 2, st: 0 }] });
        ledger.received({ name: 'CHECKPOINT', sc: [], n: 0, more: false });
      },
    ],
    [
      'shows two logs',
      'SYNC-2',
      (ledger) => {
        const own = operation();
        ledger.pushed(own);
        ledger.received(ack(own.subarray(0, 16), [0], 1, Id.fromHex('22'.repeat(16))));
      },
    ],
    [
      'tells no CHECKPOINT in time',
      'SYNC-30',
      () => {
        const ledger = subscribed({ CHECKPOINT_OPERATIONS: 4 });
        for (let i = 0; i < 5; i++) ledger.fed(operation());
      },
    ],
    [
      'overruns the window',
      'SYNC-27',
      () => {
        const ledger = subscribed({ FEED_WINDOW_OPERATIONS: 4 });
        for (let i = 0; i < 6; i++) ledger.fed(operation());
      },
    ],
    [
      'answers a SUBSCRIBE twice',
      'SYNC-9',
      (ledger) => {
        ledger.received({ name: 'SUBSCRIBED', req: 1, st: 0, sc: [{ s: 1, st: 0 }] });
      },
    ],
    [
      'answers other entries',
      'SYNC-9',
      (ledger) => {
        ledger.sent({ name: 'SUBSCRIBE', req: 2, mode: 0, sc: [{ s: 2 }] });
        ledger.received({ name: 'SUBSCRIBED', req: 2, st: 0, sc: [{ s: 3, st: 0 }] });
      },
    ],
    [
      'tells a head below what it stored',
      'SYNC-64',
      (ledger) => {
        const own = [operation(), operation()];
        for (const bytes of own) ledger.pushed(bytes);
        ledger.received(ack(concat(...own.map((bytes) => bytes.subarray(0, 16))), [0, 0], 1));
      },
    ],
    [
      'says retry where nothing helps',
      'SYNC-65',
      (ledger) => {
        const own = operation();
        ledger.pushed(own);
        ledger.received({ name: 'REJECT', ids: own.subarray(0, 16), code: 0x0401, retry: 5 });
      },
    ],
    [
      'rejects without a code',
      'MSG-35',
      (ledger) => ledger.received({ name: 'REJECT', ids: new Uint8Array(0), code: 0 }),
    ],
    ['sends PONG unasked', 'CTRL-15', (ledger) => ledger.received({ name: 'PONG', d: new Uint8Array(8) })],
    [
      'sends another PONG',
      'MSG-49',
      (ledger) => {
        ledger.sent({ name: 'PING', d: new Uint8Array(8) });
        ledger.received({ name: 'PONG', d: new Uint8Array(8).fill(1) });
      },
    ],
    [
      'goes on after CLOSE',
      'CTRL-23',
      (ledger) => {
        ledger.received({ name: 'CLOSE', code: 0 });
        ledger.received({ name: 'CHECKPOINT', sc: [], n: 0, more: false });
      },
    ],
  ];

  it.each(wrong)('%s (%s)', (_, requirement, play) => {
    expect(() => play(subscribed())).toThrow(expect.objectContaining({ requirement }));
  });
});
