import type { OutboxConfig } from '../../reference/src/sync/outbox.ts';
import type { Remote } from '../../reference/src/sync/remote.ts';
import { at, type ClientMutant, mutant, type Row } from './mutant.ts';

/** Has an outbox over something else. */
export function over(row: Row, change: (config: OutboxConfig) => Partial<OutboxConfig>): ClientMutant {
  return mutant(row, () => [
    at('createOutbox', {
      then: (call) => {
        const [config] = call.args;
        return call.with({ ...config, ...change(config) });
      },
    }),
  ]);
}

/** What an outbox asks of a remote, with another answer to something. */
export function remoteLike(remote: Remote, other: Partial<Remote>): Remote {
  const like = {
    isKnown: (seq: number) => remote.isKnown(seq),
    unknown: (from: number) => remote.unknown(from),
    isDead: (seq: number) => remote.isDead(seq),
    ...other,
  };
  return like as Remote;
}
