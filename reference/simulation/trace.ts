/** What happens in a world, line by line: a digest of all of it, and the lines themselves where somebody wants them. */
import { toHex } from '../src/bytes/hex.ts';
import type { Id } from '../src/bytes/id.ts';
import { encodeUtf8 } from '../src/bytes/utf8.ts';
import { nodeCrypto } from '../src/crypto/node.ts';
import { errorName } from '../src/node/ending.ts';
import type { Incoming, Outgoing } from '../src/node/messages.ts';
import type { ControlMessage } from '../src/wire/control/message.ts';
import { decodeCursor } from '../src/wire/cursor.ts';
import { peekOperation } from '../src/wire/operation.ts';

const LINES_AT_ONCE = 256;

export class Trace {
  /** Empty unless they are kept. */
  readonly lines: string[] = [];
  readonly #isKept: boolean;
  #gathered: string[] = [];
  #digest: Uint8Array = new Uint8Array(32);
  readonly #names = new Map<string, string>();

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  add(now: number, who: string, what: string): void {
    const line = `${now.toFixed(3).padStart(12)} ${who.padEnd(8)} ${what}`;
    if (this.#isKept) this.lines.push(line);
    this.#gathered.push(line);
    if (this.#gathered.length >= LINES_AT_ONCE) this.#fold();
  }

  /** Hex of a hash of all lines. */
  digest(): string {
    this.#fold();
    return toHex(this.#digest).slice(0, 32);
  }

  /** Gives an operation a name for people. */
  christen(id: Id, name: string): void {
    this.#names.set(id.toHex(), name);
  }

  nameOf(id: Id): string {
    const hex = id.toHex();
    return this.#names.get(hex) ?? hex.slice(0, 8);
  }

  message(message: Incoming | Outgoing): string {
    if (message.kind === 'operations')
      return `operations ${message.operations.map((bytes) => this.nameOf(peekOperation(bytes).id)).join(' ')}`;
    if (message.kind === 'control') return this.#control(message.message);
    if (message.kind === 'clear') return `clear frame ${('raw' in message ? message.raw : message.frame)[0]}`;
    return message.kind;
  }

  #control(message: ControlMessage): string {
    switch (message.name) {
      case 'SUBSCRIBE': {
        const scopes = message.sc.map(({ s, col, cur }) => `${s}:${col ?? 'all'}${at(cur)}`);
        return `SUBSCRIBE ${message.mode === 0 ? '' : 'remove '}${scopes.join(' ')}${message.seen === undefined ? '' : ` seen${at(message.seen)}`}`;
      }
      case 'SUBSCRIBED':
        return `SUBSCRIBED ${message.st} ${message.sc.map(({ s, st }) => `${s}:${st}`).join(' ')}`;
      case 'CHECKPOINT':
        return `CHECKPOINT n ${message.n} ${message.sc.map(({ s, cur }) => `${s}${at(cur)}`).join(' ')}${message.more ? ' more' : ''}`;
      case 'ACK':
        return `ACK ${this.#ids(message.ids)}${at(message.cur)}`;
      case 'REJECT':
        return `REJECT ${this.#ids(message.ids)} ${errorName(message.code)}${message.retry === undefined ? ' for good' : ` retry ${message.retry}`}`;
      case 'ERROR':
      case 'CLOSE':
        return `${message.name} ${errorName(message.code)}`;
      case 'FEED_ACK':
        return `FEED_ACK ${message.n}`;
      default:
        return message.name;
    }
  }

  #ids(packed: Uint8Array): string {
    const hex = toHex(packed);
    const names: string[] = [];
    for (let at = 0; at < hex.length; at += 32) {
      const id = hex.slice(at, at + 32);
      names.push(this.#names.get(id) ?? id.slice(0, 8));
    }
    return names.join(' ');
  }

  #fold(): void {
    if (this.#gathered.length === 0) return;
    this.#digest = nodeCrypto.sha256(this.#digest, encodeUtf8(this.#gathered.join('\n')));
    this.#gathered = [];
  }
}

function at(cursor: Uint8Array | undefined): string {
  if (cursor === undefined) return '@0';
  const { log, seq } = decodeCursor(cursor);
  return `@${log.toHex().slice(0, 4)}.${seq}`;
}
