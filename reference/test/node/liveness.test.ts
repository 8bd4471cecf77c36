import { describe, expect, it } from 'vitest';
import { Liveness } from '../../src/node/liveness.ts';
import { ManualScheduler } from './support/manual-scheduler.ts';

const D = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function setUp(answers: boolean) {
  const scheduler = new ManualScheduler();
  const events: string[] = [];
  const liveness: Liveness = new Liveness({
    scheduler,
    pingAfter: 30,
    deadAfter: 90,
    ping() {
      events.push(`ping ${scheduler.now()}`);
      liveness.asked(D);
      if (!answers) return;
      liveness.heard();
      liveness.answered(D);
    },
    dead: () => events.push(`dead ${scheduler.now()}`),
  });
  liveness.start();
  return { scheduler, events, liveness };
}

describe('liveness', () => {
  it('pings after each silence, as long as there are answers', () => {
    const { scheduler, events } = setUp(true);
    scheduler.advance(100);
    expect(events).toEqual(['ping 30', 'ping 60', 'ping 90']);
  });

  it('pings once into silence and then gives up', () => {
    const { scheduler, events } = setUp(false);
    scheduler.advance(1000);
    expect(events).toEqual(['ping 30', 'dead 90']);
    expect(scheduler.pending).toBe(0);
  });

  it('counts silence from the last thing that was heard', () => {
    const { scheduler, events, liveness } = setUp(false);
    scheduler.advance(20);
    liveness.heard();
    scheduler.advance(29);
    expect(events).toEqual([]);
    scheduler.advance(1);
    liveness.heard();
    scheduler.advance(89);
    expect(events).toEqual(['ping 50']);
    scheduler.advance(1);
    expect(events).toEqual(['ping 50', 'dead 140']);
  });

  it('leaves no timer when it is stopped, not even from within', () => {
    const { scheduler, liveness, events } = setUp(false);
    liveness.stop();
    scheduler.advance(1000);
    expect(events).toEqual([]);
    expect(scheduler.pending).toBe(0);
  });

  it('takes one PONG for a PING, with its bytes, and no other', () => {
    const { liveness } = setUp(false);
    expect(() => liveness.answered(D)).toThrow(/answers no PING/);
    liveness.asked(D);
    expect(() => liveness.answered(D.map((byte) => byte + 1))).toThrow(/answers no PING/);
    liveness.answered(D);
    expect(() => liveness.answered(D)).toThrow(/answers no PING/);
  });
});
