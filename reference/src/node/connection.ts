/**
 * One connection, for either role: frames in, messages out, time, and the ways to end (chapters 3, 5, 8).
 *
 * 1. Frames are dealt with in their order, one turn per chunk; what a turn sends leaves in one write at its end.
 * 2. Nothing is sent after the last word, and nothing that comes after it is dealt with.
 * 3. Whatever goes wrong ends this connection and nothing else: nothing is thrown to the link or to a timer.
 * 4. Reading goes on while writes are blocked, as far as BACKLOG_BYTES of answers: a peer that asks without end and
 *    never reads is not read either, and given up when it stays so.
 */
import { Direction } from '../channel/direction.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { ProtocolError } from '../errors.ts';
import type { LastWordDetail } from '../handshake/last-word.ts';
import { type ClientState, closed, type Opened, type ServerState } from '../handshake/state.ts';
import type { Out, Step } from '../handshake/step.ts';
import type { Link } from '../link/link.ts';
import { ErrorCode, type ErrorName, FrameType, type Limits } from '../registry.ts';
import { decodeAlert } from '../wire/alert.ts';
import type { ControlMessage, ControlMessageOf } from '../wire/control/message.ts';
import type { Frame } from '../wire/frame.ts';
import type { ConnectionConfig } from './connection-config.ts';
import { type Ending, earlyWord, wordOf } from './ending.ts';
import { Inbound } from './inbound.ts';
import { Liveness } from './liveness.ts';
import { type Incoming, type Outgoing, outgoing } from './messages.ts';
import { Outbound } from './outbound.ts';
import type { ConnectionParts, TimerName } from './parts.ts';
import type { Scheduler, Timer } from './scheduler.ts';
import { linkKeyOf, wipeSecrets } from './secrets.ts';

/** Answers that wait for a peer that does not read; then it is not read either. */
const BACKLOG_BYTES = 1 << 20;
const PING_BYTES = 8;

type State = ClientState | ServerState;

export abstract class Connection<S extends State = State, P extends ConnectionParts = ConnectionParts> {
  readonly role: 'client' | 'server';
  protected abstract state: S;
  readonly parts: P;
  readonly limits: Limits;
  readonly remoteAddress: string;
  protected readonly crypto: CryptoProvider;
  protected readonly scheduler: Scheduler;
  protected readonly outbound: Outbound;
  protected readonly liveness: Liveness;
  readonly #link: Link;
  readonly #inbound: Inbound;
  readonly #emit = (message: Outgoing) => this.outbound.emit(message);
  readonly #handle = (message: Incoming) => this.#act(message);
  /** Of the way to OPEN, then of the other CLOSE, then of LINGER. */
  #deadline: Timer | undefined;
  #ending: Ending | undefined;
  #isClosing = false;
  #isOver = false;

  constructor(role: 'client' | 'server', { link, parts, crypto, limits, scheduler }: ConnectionConfig<P>) {
    this.role = role;
    this.parts = parts;
    this.limits = limits;
    this.remoteAddress = link.remoteAddress;
    this.crypto = parts.randomness(crypto);
    this.scheduler = scheduler;
    this.outbound = new Outbound(link, () => this.close('KEY_LIMIT'));
    this.#link = link;
    this.#inbound = new Inbound({
      role,
      state: () => this.state.kind,
      parts,
      limits,
      deliver: (message) => parts.incoming(message, this.#handle, this),
    });
    this.liveness = new Liveness({
      scheduler,
      pingAfter: parts.delay('PING_IDLE', limits),
      deadAfter: parts.delay('DEAD_PEER', limits),
      ping: () => this.turn(() => this.ping()),
      dead: () => this.fail(new ProtocolError('connection.idle')),
    });
  }

  /** What the role does with a clear message that is not ALERT. */
  protected abstract onClear(frame: Frame, raw: Uint8Array): void;
  /** What the role does with SESSION and AUTH. */
  protected abstract onHandshake(message: ControlMessage): void;
  protected abstract onOpen(open: Opened): void;
  /** What the role does with a control message in OPEN. */
  protected abstract onControl(message: ControlMessage): void;
  protected abstract onOperations(operations: readonly Uint8Array[]): void;
  /** Sends the answers that are owed to frames that came so far. */
  protected abstract answer(): void;
  /** The end of a turn: answers, and what else has become possible. */
  protected abstract onTurn(): void;
  /** The connection takes part in nothing any more, though its link may linger. Called once. */
  protected abstract onOver(ending: Ending): void;
  /** The link is gone. Called once, last. */
  protected abstract onGone(): void;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the own CLOSE was sent: only answers may follow it. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  start(): void {
    this.#link.start({
      onBytes: (chunk) => this.#onBytes(chunk),
      onDrain: () => this.#onDrain(),
      onEnd: () => this.#onEnd(),
      onClose: () => this.#onClose(),
    });
    this.#arm('HANDSHAKE_TIMEOUT', () => this.fail(new ProtocolError('connection.timeout')));
  }

  send(message: Outgoing): void {
    if (!this.#isOver) this.parts.outgoing(message, this.#emit, this);
  }

  sendControl(message: ControlMessage): void {
    this.send({ kind: 'control', message });
  }

  /** Sends a PING. None is unanswered. */
  ping(): void {
    const d = this.crypto.randomBytes(PING_BYTES);
    this.liveness.asked(d);
    this.sendControl({ name: 'PING', d });
  }

  /** Runs `work` and what follows from it; what is sent meanwhile leaves in one write. */
  turn(work: () => void): void {
    this.guard(work);
    this.guard(() => this.onTurn());
    this.outbound.flush();
  }

  /** Runs `work`; what it throws ends this connection. */
  protected guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Ends the connection because of `error`: a refusal, or else a fault of this side. After the own CLOSE there is no other
   * word (CTRL-23), before it silence drops what has not left yet (CHAN-10).
   */
  fail(error: unknown, detail?: LastWordDetail): void {
    if (this.#isOver) return;
    let word: Out | undefined;
    try {
      this.answer();
      if (!this.#isClosing) word = this.parts.lastWord(this.role, this.state, error, detail);
      if (word !== undefined) this.send(outgoing(word));
      else if (!this.#isClosing) this.outbound.drop();
    } catch (fault) {
      error = fault;
    }
    this.#leave({ by: 'own', ...wordOf(word), error });
  }

  /** The peer has said its last word: nothing is sent any more. */
  hear(word: 'ALERT' | 'ERROR' | 'CLOSE', code: number, retry?: number): void {
    this.outbound.drop();
    this.#leave({ by: 'peer', word, code, retry });
  }

  /** Says CLOSE and waits for the other one. Before OPEN there is no CLOSE: ALERT or ERROR ends the connection. */
  close(code: ErrorName = 'NO_ERROR'): void {
    if (this.#isOver || this.#isClosing) return;
    this.#isClosing = true;
    if (this.state.kind !== 'OPEN') {
      const word = earlyWord(this.role, this.state, ErrorCode[code]);
      this.guard(() => this.send(outgoing(word)));
      this.#leave({ by: 'own', ...wordOf(word) });
      return;
    }
    this.liveness.stop();
    this.#ending = { by: 'own', word: 'CLOSE', code: ErrorCode[code] };
    this.guard(() => {
      this.answer();
      this.sendControl({ name: 'CLOSE', code: ErrorCode[code] });
    });
    this.#arm('CLOSE_TIMEOUT', () => this.#leave({ by: 'nobody', word: 'none' }));
    this.outbound.flush();
  }

  /** The peer's CLOSE in OPEN: owed answers, the own CLOSE, the end. */
  closeBack({ code, retry }: ControlMessageOf<'CLOSE'>): void {
    if (!this.#isClosing) {
      this.answer();
      this.sendControl({ name: 'CLOSE', code: ErrorCode.NO_ERROR });
    }
    this.#leave({ by: 'peer', word: 'CLOSE', code, retry });
  }

  /** Takes a step of the handshake: its messages, then its state. */
  protected follow(step: Step<S>): void {
    const { state, out } = step;
    if (state.kind !== 'W_VERIFY') this.#key(linkKeyOf(state)); // the server's first sealed frame follows a right VERIFY
    for (const message of out) this.send(outgoing(message));
    if (this.#isOver) return;
    this.state = state;
    if (state.kind === 'OPEN') this.#open(state.open);
    else if (state.kind === 'CLOSED' && state.refusal !== undefined) this.fail(state.refusal);
  }

  #key(linkKey: Uint8Array | undefined): void {
    if (linkKey === undefined || this.outbound.sealer !== undefined) return;
    const { clientToServer, serverToClient } = Direction;
    const [own, peer] = this.role === 'client' ? [clientToServer, serverToClient] : [serverToClient, clientToServer];
    this.outbound.sealer = this.parts.createSealer(this.crypto, linkKey, own, this.limits);
    this.#inbound.opener = this.parts.createOpener(this.crypto, linkKey, peer, this.limits);
  }

  #open(open: Opened): void {
    this.#deadline?.cancel();
    this.#inbound.capabilities = open.capabilities;
    this.outbound.frameMaximum = open.peerFrameMaximum;
    this.liveness.start();
    this.onOpen(open);
    const plaintext = this.parts.grease(this.crypto);
    if (plaintext !== undefined) this.send({ kind: 'sealed', type: FrameType.CONTROL, plaintext });
  }

  #onBytes(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.liveness.heard();
    this.turn(() => this.#inbound.push(chunk));
    if (this.outbound.backlog > BACKLOG_BYTES) this.#link.pause();
  }

  #onDrain(): void {
    this.#link.resume();
    if (!this.#isOver) this.turn(() => {});
  }

  #act(message: Incoming): void {
    if (this.#isOver) return;
    if (message.kind === 'operations') this.onOperations(message.operations);
    else if (message.kind === 'control') this.#actOnControl(message.message);
    else if (message.frame.type === FrameType.ALERT) this.hear('ALERT', decodeAlert(message.frame.payload).code);
    else this.onClear(message.frame, message.raw);
  }

  #actOnControl(message: ControlMessage): void {
    if (this.state.kind === 'OPEN') this.onControl(message);
    else if (message.name === 'ERROR' || message.name === 'CLOSE') this.hear(message.name, message.code, message.retry);
    else this.onHandshake(message);
  }

  /** Section 5.6: ends the own direction, discards what still comes, and is gone after LINGER. */
  #leave(ending: Ending): void {
    if (this.#isOver) return;
    try {
      this.send({ kind: 'end' });
    } catch {
      this.#link.end(); // a fault in saying so does not keep the link
    }
    this.#conclude(ending);
    this.#arm('LINGER', () => this.#link.destroy());
    this.#link.resume();
  }

  /** The peer may still read: it gets the answers that it is owed. */
  #onEnd(): void {
    if (!this.#isOver) this.guard(() => this.answer());
    this.#leave({ by: 'nobody', word: 'none' });
  }

  #onClose(): void {
    this.#conclude({ by: 'nobody', word: 'none' });
    this.#deadline?.cancel();
    this.onGone();
  }

  #conclude(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbound.stop();
    this.liveness.stop();
    wipeSecrets(this.crypto, this.state);
    this.outbound.sealer = undefined;
    this.state = closed(this.role, this.state) as S;
    // Whose CLOSE came first decides who ended it; the other one is the answer.
    this.onOver(ending.error === undefined ? (this.#ending ?? ending) : ending);
  }

  #arm(timer: TimerName, task: () => void): void {
    this.#deadline?.cancel();
    this.#deadline = this.scheduler.set(this.parts.delay(timer, this.limits), task);
  }
}
