import { describe, expect, it } from 'vitest';
import { Random } from '../../simulation/random.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { type Weather, Wire } from '../../simulation/wire.ts';

const ROUGH: Weather = { latency: [0, 50], hiccups: 0.3, bytesPerMillisecond: 100, pieces: 0.5 };

function rough(seed: string) {
  const time = new VirtualTime();
  const life = { isOver: false };
  const wire = new Wire(time, ROUGH, new Random(seed), { name: 'client', life }, { name: 'server', life });
  const heard: number[] = [];
  let closed = 0;
  wire.server.start({
    onBytes: (chunk) => heard.push(...chunk),
    onDrain() {},
    onEnd() {},
    onClose: () => {
      closed += 1;
    },
  });
  return { time, life, wire, heard, closed: () => closed };
}

async function run(time: VirtualTime, milliseconds: number): Promise<void> {
  const end = time.now + milliseconds;
  while (await time.step(end));
}

describe('a simulated connection', () => {
  it.each(['a', 'b', 'c'])('keeps the order of the bytes, whatever the delays and stalls (%s)', async (seed) => {
    const { time, wire, heard } = rough(seed);
    for (let i = 0; i < 200; i++) {
      if (i === 50) wire.stalledUntil = time.now + 300;
      wire.client.send(Uint8Array.of(i, i, i));
      await run(time, 3);
    }
    await run(time, 60_000);
    expect(heard).toEqual(Array.from({ length: 600 }, (_, i) => Math.floor(i / 3)));
  });

  it('breaks after the byte that was said, and tells both ends', async () => {
    const { time, wire, heard, closed } = rough('d');
    wire.breaksAfter = 100;
    wire.client.send(new Uint8Array(300));
    await run(time, 60_000);
    expect(heard).toHaveLength(100);
    expect(closed()).toBe(1);
    expect(wire.isOver).toBe(true);
  });

  it('says nothing to a process that is gone', async () => {
    const { time, life, wire, heard, closed } = rough('e');
    wire.client.send(new Uint8Array(10));
    life.isOver = true;
    await run(time, 60_000);
    expect(heard).toHaveLength(0);
    expect(closed()).toBe(0);
  });
});

describe('simulated time', () => {
  it('runs what is due in order, what is due together in the order of its making, and microtasks in between', async () => {
    const time = new VirtualTime();
    const ran: string[] = [];
    time.after(5, () => ran.push('late'));
    time.after(1, () => {
      void Promise.resolve().then(() => Promise.resolve().then(() => ran.push('microtask')));
      ran.push('first');
    });
    time.after(1, () => ran.push('second'));
    time.after(2, () => ran.push('cancelled')).cancel();
    await run(time, 10);
    expect(ran).toEqual(['first', 'microtask', 'second', 'late']);
    expect(time.now).toBe(10);
  });
});
