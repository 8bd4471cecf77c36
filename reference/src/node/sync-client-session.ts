/**
 * One connection of a SyncClient, from its handshake to its end: catch-up and live feed into the replica, its log out.
 *
 * 1. Nothing is told to the server before it is durable here: FEED_ACK and pushes follow commits (SYNC-43, SYNC-90).
 * 2. One commit serves everything that came in together: fed operations, cursors, acknowledgements.
 * 3. The first thing said in OPEN is SUBSCRIBE, with `seen`; pushes begin when it is answered, and answered for good: where
 *    the server's log turns out to be another one, all that was known of it is forgotten first (section 9.16).
 * 4. When a commit fails the connection ends, for what it was to remember is gone.
 */
import type { ProtocolError } from '../errors.ts';
import type { Link } from '../link/link.ts';
import type { FedReceiver } from '../sync/fed-receiver.ts';
import type { Checkpoint } from '../sync/feed-intake.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { Remote } from '../sync/remote.ts';
import { type Selection, scopeKey } from '../sync/scope-key.ts';
import { SubscribeMode } from '../sync/subscriptions.ts';
import type { ControlMessageOf, ScopeRequest } from '../wire/control/message.ts';
import { encodeCursor } from '../wire/cursor.ts';
import type { Operation } from '../wire/operation.ts';
import { ClientConnection } from './client-connection.ts';
import type { Ending } from './ending.ts';
import type { Timer } from './scheduler.ts';
import { type Answer, isDivergence, recordAnswers, tellAnswers } from './sync-client-answers.ts';
import type { SessionConfig } from './sync-client-config.ts';

/** Operations that are handed to the connection ahead of its window: as many again. */
const AHEAD = 2;
/** SUBSCRIBE entries in one message, so that it stays below the 64 KiB of a control message. */
const SCOPES_PER_MESSAGE = 64;

export class SyncSession {
  readonly #config: SessionConfig;
  readonly #connection: ClientConnection;
  readonly #receiver: FedReceiver;
  readonly #outbox: Outbox;
  /** Selections by the numbers under which they are active, or asked for. */
  readonly #scopes = new Map<number, Selection>();
  #numbers = 0;
  #requests = 0;
  /** SUBSCRIBE messages without an answer. */
  #asking = 0;
  /** Code by which the server has refused a position, once it has. */
  #diverged: number | undefined;
  #isReady = false;
  #isOver = false;
  /** Handed to the connection and not answered. */
  #underway = 0;
  #underwayBytes = 0;
  #answers: Answer[] = [];
  #waiting: { readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];
  #isCommitDue = false;
  #isCommitting = false;
  /** Whether a CHECKPOINT without `more` waits for its commit. */
  #isCaughtUp = false;
  #isLive = false;
  #retryTimer: Timer | undefined;

  constructor(config: SessionConfig, link: Link) {
    const { replica, remote, pushes, retries, handshake, crypto, parts } = config;
    this.#config = config;
    const { log, clock } = replica;
    this.#receiver = parts.createFedReceiver({ log, clock, remote, sha256: crypto.sha256 });
    this.#outbox = parts.createOutbox({ log, remote, pushes, retries });
    remote.onRolledBack = () => this.#lose();
    const events = {
      onOpen: () => this.#open(),
      onAdmit: (operation: Operation, bytes: Uint8Array) => this.#admit(operation, bytes),
      onRefused: (bytes: Uint8Array, error: ProtocolError) => this.#refuse(bytes, error),
      onCheckpoint: (checkpoint: Checkpoint) => this.#checkpoint(checkpoint),
      onRevoked: (s: number, code: number) => this.#revoked(s, code),
      onEnding: (ending: Ending) => this.#end(ending),
    };
    this.#connection = new ClientConnection(handshake, events, { ...config, link });
  }

  begin(): void {
    this.#connection.begin();
  }

  close(): void {
    this.#connection.close();
  }

  /** Hands to the connection what it may soon send. Whoever commits calls this, so a damaged log is not thrown at them. */
  pump(): void {
    if (!this.#isReady || this.#isOver || this.#connection.isClosing) return;
    try {
      this.#fill();
    } catch (error) {
      this.#connection.fail(error);
      this.#config.events.onFault?.(error);
    }
  }

  #fill(): void {
    const { scheduler, limits } = this.#config;
    const { PUSH_WINDOW_OPERATIONS, PUSH_WINDOW_BYTES } = limits;
    this.#outbox.wake(scheduler.now());
    while (this.#underway < AHEAD * PUSH_WINDOW_OPERATIONS && this.#underwayBytes < AHEAD * PUSH_WINDOW_BYTES) {
      const entry = this.#outbox.next(scheduler.now());
      if (entry === undefined) break;
      this.#push(entry.seq, entry.bytes);
    }
    this.#awaitRetries();
  }

  #push(seq: number, bytes: Uint8Array): void {
    this.#underway += 1;
    this.#underwayBytes += bytes.length;
    this.#connection.push(bytes, {
      done: (result) => {
        this.#underway -= 1;
        this.#underwayBytes -= bytes.length;
        this.#answers.push({ seq, result });
        this.#commitSoon();
      },
      lost: () => {},
    });
  }

  #open(): void {
    const { remote, scopes } = this.#config;
    this.#config.onOpen();
    const { seen } = remote;
    if (scopes.length === 0 && seen === undefined) this.#subscribedAll();
    else this.#subscribe((scope) => remote.cursor(scopeKey(scope)), seen && encodeCursor(seen));
  }

  /** Asks for all scopes, under new numbers. */
  #subscribe(cursorOf: (scope: Selection) => ReturnType<Remote['cursor']>, seen?: Uint8Array): void {
    const { scopes } = this.#config;
    const requests = scopes.map((scope): ScopeRequest => {
      const cursor = cursorOf(scope);
      this.#numbers += 1;
      this.#scopes.set(this.#numbers, scope);
      const { col, tag, team } = scope;
      return { s: this.#numbers, col, tag, team, cur: cursor && encodeCursor(cursor) };
    });
    this.#diverged = undefined;
    for (let at = 0; at === 0 || at < requests.length; at += SCOPES_PER_MESSAGE) {
      this.#ask(SubscribeMode.add, requests.slice(at, at + SCOPES_PER_MESSAGE), at === 0 ? seen : undefined);
    }
  }

  #ask(mode: number, sc: readonly ScopeRequest[], seen?: Uint8Array): void {
    const message = { name: 'SUBSCRIBE', req: this.#requests++, mode, sc, seen } as const;
    this.#asking += 1;
    this.#connection.subscribe(message, { done: (answer) => this.#subscribed(mode, answer), lost: () => {} });
  }

  #subscribed(mode: number, { st, sc }: ControlMessageOf<'SUBSCRIBED'>): void {
    this.#asking -= 1;
    if (mode === SubscribeMode.add) {
      if (isDivergence(st)) this.#diverged = st;
      for (const entry of sc) if (entry.st !== 0) this.#notStarted(entry.s, entry.st);
    }
    if (this.#asking > 0) return;
    if (this.#diverged === undefined) this.#subscribedAll();
    else this.#recover(this.#diverged);
  }

  #notStarted(s: number, code: number): void {
    const scope = this.#scopes.get(s);
    this.#scopes.delete(s);
    if (isDivergence(code)) this.#diverged = code;
    else if (scope !== undefined) this.#config.events.onScopeEnded?.(scope, code);
  }

  #subscribedAll(): void {
    this.#isReady = true;
    if (this.#scopes.size === 0) this.#live();
    this.pump();
  }

  /** SYNC-111: on this connection everything begins anew, from zero. */
  #recover(code: number): void {
    const { remote, events } = this.#config;
    remote.forget();
    this.#isCommitDue = true;
    this.flush();
    if (this.#isOver) return;
    this.#outbox.restart();
    events.onRecovery?.(code);
    const active = [...this.#scopes.keys()];
    this.#scopes.clear();
    if (active.length > 0)
      this.#ask(
        SubscribeMode.remove,
        active.map((s) => ({ s })),
      );
    if (this.#config.scopes.length > 0) this.#subscribe(() => undefined);
    else this.#subscribedAll();
  }

  #admit(operation: Operation, bytes: Uint8Array): boolean {
    const { kind, seq } = this.#receiver.judge(operation, bytes);
    if (kind === 'conflict') this.#config.events.onSkipped?.({ bytes, reason: 'conflict' });
    else this.#outbox.fed(seq);
    if (kind === 'stored') this.#commitSoon();
    return false;
  }

  #refuse(bytes: Uint8Array, error: ProtocolError): boolean {
    const isSkipped = this.#receiver.skips(bytes, error);
    if (isSkipped) this.#config.events.onSkipped?.({ bytes, reason: error });
    else {
      this.#isCommitDue = true;
      this.flush(); // the connection ends before another commit
    }
    return isSkipped;
  }

  #checkpoint({ cursors, n, more }: Checkpoint): Promise<void> {
    const { remote, events } = this.#config;
    const moved = cursors.flatMap(({ s, cursor }) => {
      const scope = this.#scopes.get(s);
      return scope === undefined ? [] : [{ scope, cursor }];
    });
    remote.checkpoint(
      moved.map(({ scope, cursor }) => [scopeKey(scope), cursor]),
      this.#outbox.covered(moved.map(({ scope }) => scope)),
    );
    this.#isCaughtUp = this.#isReady && !more;
    events.onProgress?.({ operations: n, more });
    return new Promise((done, failed) => {
      this.#waiting.push({ done, failed });
      this.#commitSoon();
    });
  }

  #revoked(s: number, code: number): void {
    const scope = this.#scopes.get(s);
    if (scope === undefined) return;
    this.#scopes.delete(s);
    this.#config.remote.endScope(scopeKey(scope));
    this.#commitSoon();
    this.#config.events.onScopeEnded?.(scope, code);
  }

  #commitSoon(): void {
    if (this.#isCommitDue) return;
    this.#isCommitDue = true;
    this.#config.scheduler.soon(() => this.flush());
  }

  /** Commits what waits for it, and does what only waited for that. */
  flush(): void {
    if (!this.#isCommitDue) return;
    this.#isCommitDue = false;
    const [waiting, answers, isCaughtUp] = [this.#waiting, this.#answers, this.#isCaughtUp];
    this.#waiting = [];
    this.#answers = [];
    try {
      this.#isCommitting = true;
      const { remote, scheduler } = this.#config;
      recordAnswers(answers, remote, this.#outbox, scheduler.now());
      this.#config.replica.commit();
    } catch (error) {
      for (const { failed } of waiting) failed(error);
      this.#connection.fail(error);
      this.#config.events.onFault?.(error);
      return;
    } finally {
      this.#isCommitting = false;
    }
    for (const { done } of waiting) done();
    tellAnswers(answers, this.#config.replica.log, this.#config.events);
    if (isCaughtUp) this.#live();
    this.pump();
  }

  #live(): void {
    if (this.#isLive || this.#isOver) return;
    this.#isLive = true;
    this.#config.onLive();
  }

  #awaitRetries(): void {
    const { scheduler } = this.#config;
    this.#retryTimer?.cancel();
    const due = this.#outbox.nextRetry;
    if (Number.isFinite(due)) {
      this.#retryTimer = scheduler.set(Math.max(0, due - scheduler.now()), () => this.pump());
    }
  }

  /** Invariant 4, when the commit was another's. */
  #lose(): void {
    if (!this.#isCommitting && this.#isCommitDue) {
      this.#connection.fail(new Error('what came since the last commit could not be kept'));
    }
  }

  /** What has come counts, though its connection is over: it is committed before the next one asks. */
  #end(ending: Ending): void {
    this.#isOver = true;
    this.#retryTimer?.cancel();
    this.flush();
    this.#config.remote.onRolledBack = undefined;
    this.#config.onEnding(ending);
  }
}
