import type { Replica } from '../sync/replica.ts';
import type { Scheduler } from './scheduler.ts';

/** A connection as its database sees it. */
export interface Member {
  /** Sends the answers that are ready, and what the feed has to say now. Never throws. */
  refresh(): void;
  /** Something could not be made durable. */
  undurable(error: unknown): void;
}

/**
 * One database of a server: what it knows, and the open connections to it.
 *
 * 1. What came in during one turn of the event loop is one commit, whichever connections brought it.
 * 2. Whatever became durable goes on to every connection, also what did not come from any of them.
 */
export class HostedDatabase {
  readonly replica: Replica;
  readonly #scheduler: Scheduler;
  readonly #members = new Set<Member>();
  /** Feeds itself at the end of its turn. */
  #committing: Member | undefined;
  #isScheduled = false;

  constructor(replica: Replica, scheduler: Scheduler) {
    this.replica = replica;
    this.#scheduler = scheduler;
    replica.onCommit(() => {
      for (const member of this.#members) if (member !== this.#committing) member.refresh();
    });
    replica.onFailure((error) => {
      for (const member of this.#members) member.undurable(error);
    });
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Whether something that came in is not durable yet. */
  get isDirty(): boolean {
    return this.replica.isDirty;
  }

  /** `member` has dealt with what came in: without a journal that is a commit, else it waits for company. */
  commitSoon(member: Member): void {
    if (!this.isDirty) return;
    if (this.replica.journal === undefined) this.commit(member);
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#scheduler.soon(() => {
        this.#isScheduled = false;
        this.commit();
      });
    }
  }

  /** Makes durable what came in. When that fails, it is taken back, and each connection refuses its part of it. */
  commit(by?: Member): void {
    this.#committing = by;
    try {
      this.replica.commit();
    } catch {
      // the members know by now, as they do of the commits of others
    } finally {
      this.#committing = undefined;
    }
  }
}
