import type { ArrivalLog } from '../sync/arrival-log.ts';

/** A connection as its database sees it. */
export interface Member {
  /** Sends what the feed has to say now. Never throws. */
  refresh(): void;
}

/** One database of a server: its log, and the open connections to it. */
export class HostedDatabase {
  readonly log: ArrivalLog;
  readonly #members = new Set<Member>();
  /** Head of the log when the members were last refreshed. */
  #spread = 0;

  constructor(log: ArrivalLog) {
    this.log = log;
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Refreshes all members but `except`, if anything was stored since the last time. */
  spread(except: Member): void {
    if (this.log.head === this.#spread) return;
    this.#spread = this.log.head;
    for (const member of this.#members) if (member !== except) member.refresh();
  }
}
