import { describe, expect, it } from 'vitest';
import { Id, type Welcome } from '../../../reference/src/wire/index.ts';
import { Observer } from '../../src/observe/observer.ts';

let drawn = 0;
function welcome(changes: Partial<Welcome> = {}): Welcome {
  const fresh = (n: number): Uint8Array => new Uint8Array(n).fill(++drawn);
  return { node: Id.ZERO, key: fresh(65), challenge: fresh(16), ...changes } as Welcome;
}

function observing(...seen: readonly Welcome[]): Observer {
  const observer = new Observer();
  for (const one of seen) observer.onWelcome(one);
  return observer;
}

describe('Observer', () => {
  it('finds nothing wrong with fresh keys and challenges of one node', () => {
    const observer = observing(welcome(), welcome(), welcome());
    for (const name of ['fresh-keys', 'fresh-challenges', 'stable-node-id', 'one-log'] as const) observer.judge(name);
    expect(observer.connections).toBe(3);
  });

  it('sees a key, a challenge or a node id that is not as it is to be', () => {
    const first = welcome();
    expect(() => observing(first, welcome({ key: first.key })).judge('fresh-keys')).toThrow('twice');
    expect(() => observing(first, welcome({ challenge: first.challenge })).judge('fresh-challenges')).toThrow('twice');
    const other = welcome({ node: Id.fromHex('11'.repeat(16)) });
    expect(() => observing(first, other).judge('stable-node-id')).toThrow('one node id');
  });

  it('allows a new log for each start of the node that the kit made', () => {
    const observer = new Observer();
    observer.onLog(Id.ZERO);
    observer.onLog(Id.fromHex('11'.repeat(16)));
    expect(() => observer.judge('one-log')).toThrow('one log id');
    observer.restarted();
    expect(() => observer.judge('one-log')).not.toThrow();
  });
});
