import { describe, expect, it } from 'vitest';
import { FeedIntake } from '../../src/sync/feed-intake.ts';
import { SubscribeMode } from '../../src/sync/subscriptions.ts';
import { encodeCursor } from '../../src/wire/cursor.ts';
import { newLog } from './operations.ts';

const cur = encodeCursor(newLog().cursor(0));

/** An intake whose scope 1 is active. */
function active(): FeedIntake {
  const intake = new FeedIntake();
  intake.ask({ name: 'SUBSCRIBE', req: 1, mode: SubscribeMode.add, sc: [{ s: 1 }] });
  intake.subscribed({ name: 'SUBSCRIBED', req: 1, st: 0, sc: [{ s: 1, st: 0 }] });
  return intake;
}

describe('the intake of a feed', () => {
  it('takes a CHECKPOINT whose n is what came', () => {
    const intake = active();
    intake.count(2);
    const checkpoint = intake.checkpoint({ name: 'CHECKPOINT', n: 2, sc: [{ s: 1, cur }], more: false });
    expect(checkpoint).toMatchObject({ n: 2, more: false, cursors: [{ s: 1, cursor: { seq: 0 } }] });
  });

  it('refuses a CHECKPOINT that has lost count', () => {
    const intake = active();
    intake.count(2);
    for (const n of [1, 3]) {
      expect(() => intake.checkpoint({ name: 'CHECKPOINT', n, sc: [], more: false })).toThrow(/out of its range/);
    }
  });

  it('refuses a CHECKPOINT about a scope that is not active: refused, removed, revoked or never asked for', () => {
    const message = (s: number) => ({ name: 'CHECKPOINT', n: 0, sc: [{ s, cur }], more: false }) as const;
    const intake = active();
    intake.ask({ name: 'SUBSCRIBE', req: 2, mode: SubscribeMode.add, sc: [{ s: 2 }] });
    intake.subscribed({ name: 'SUBSCRIBED', req: 2, st: 0, sc: [{ s: 2, st: 0x0505 }] });
    expect(() => intake.checkpoint(message(2))).toThrow(/out of its range/);
    expect(() => intake.checkpoint(message(3))).toThrow(/out of its range/);
    intake.checkpoint(message(1));
    intake.ask({ name: 'SUBSCRIBE', req: 3, mode: SubscribeMode.remove, sc: [{ s: 1 }] });
    intake.checkpoint(message(1));
    intake.subscribed({ name: 'SUBSCRIBED', req: 3, st: 0, sc: [{ s: 1, st: 0 }] });
    expect(() => intake.checkpoint(message(1))).toThrow(/out of its range/);
    const revoked = active();
    revoked.revoked(1);
    expect(() => revoked.checkpoint(message(1))).toThrow(/out of its range/);
  });

  it('refuses an operation while no scope is active', () => {
    expect(() => new FeedIntake().count(1)).toThrow(/out of state/);
    expect(() => active().count(1)).not.toThrow();
  });

  it('refuses a SUBSCRIBED that answers nothing, or other entries', () => {
    const intake = new FeedIntake();
    intake.ask({ name: 'SUBSCRIBE', req: 1, mode: SubscribeMode.add, sc: [{ s: 1 }] });
    const answers = (req: number, ...sc: number[]) =>
      intake.subscribed({ name: 'SUBSCRIBED', req, st: 0, sc: sc.map((s) => ({ s, st: 0 })) });
    expect(() => answers(2, 1)).toThrow(/out of its range/);
    expect(() => answers(1)).toThrow(/out of its range/);
    expect(() => answers(1, 2)).toThrow(/out of its range/);
    answers(1, 1);
    expect(() => answers(1, 1)).toThrow(/out of its range/);
  });
});
