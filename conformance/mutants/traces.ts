import { ProtocolError } from '../../reference/src/errors.ts';
import { FrameType } from '../../reference/src/registry.ts';
import type { Answers } from '../../reference/src/sync/answers.ts';
import type { ArrivalLog } from '../../reference/src/sync/arrival-log.ts';
import type { Feed } from '../../reference/src/sync/feed.ts';
import { decodeHello, type Hello } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { at } from './mutant.ts';

/**
 * What a fault needs to know of what happened elsewhere in its node. Each method that gives a fault gives one that never
 * acts: it only takes note.
 */
export class Traces {
  readonly #hellos = new Map<number, Hello>();
  readonly #feeds = new Map<number, Feed>();
  readonly #answers = new Map<number, Answers>();
  #opening = 0;
  log: ArrivalLog | undefined;

  /** HELLO of each connection, by its number. */
  hello(connection: number): Hello | undefined {
    return this.#hellos.get(connection);
  }

  feed(connection: number): Feed | undefined {
    return this.#feeds.get(connection);
  }

  answers(connection: number): Answers | undefined {
    return this.#answers.get(connection);
  }

  ofHello(): Fault {
    return at('incoming', {
      when: ({ args: [message, , connection] }) => {
        if (message.kind !== 'clear' || message.frame.type !== FrameType.HELLO) return false;
        const hello = helloOf(message.frame.payload);
        if (hello !== undefined) this.#hellos.set(numberOf(connection), hello);
        return false;
      },
      then: (call) => call.standard(),
    });
  }

  ofFeed(): Fault {
    return at('createFeed', {
      when: (call) => {
        this.#opening = call.args[0].connection;
        this.#feeds.set(this.#opening, call.standard());
        return false;
      },
      then: (call) => call.standard(),
    });
  }

  /** Needs `ofFeed` beside it: both are made when a connection opens, the feed first. */
  ofAnswers(): Fault {
    return at('createAnswers', {
      when: (call) => {
        this.#answers.set(this.#opening, call.standard());
        return false;
      },
      then: (call) => call.standard(),
    });
  }

  ofLog(): Fault {
    return at('createLog', {
      when: (call) => {
        this.log = call.standard();
        return false;
      },
      then: (call) => call.standard(),
    });
  }
}

/** The number of a server's connection, by which sync names it. */
export function numberOf(connection: object): number {
  return (connection as { readonly number: number }).number;
}

function helloOf(payload: Uint8Array): Hello | undefined {
  try {
    return decodeHello(payload);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
