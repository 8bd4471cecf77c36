/** Mutants of chapter 2: nodes that mistake pieces of a stream for frames, or one connection for all. */
import type { Connection } from '../../reference/src/node/connection.ts';
import { at, type TappedLink } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** What was put back while a link stood inside of a frame; it comes when that one has gone on or away. */
class Stall {
  readonly #stuck = new Set<TappedLink>();
  #held: { readonly link: TappedLink; readonly chunk: Uint8Array }[] = [];

  /** Takes note of where `link` stands after `chunk`. */
  look(link: TappedLink, chunk: Uint8Array): void {
    const walk = link.frames.copy();
    walk.push(chunk);
    if (walk.isInside) this.#stuck.add(link);
    else this.leave(link);
  }

  leave(link: TappedLink): void {
    this.#stuck.delete(link);
    if (this.#stuck.size > 0) return;
    const held = this.#held;
    this.#held = [];
    for (const { link: other, chunk } of held) other.deliver(chunk);
  }

  holdsUp(link: TappedLink): boolean {
    return [...this.#stuck].some((other) => other !== link);
  }

  hold(link: TappedLink, chunk: Uint8Array): void {
    this.#held.push({ link, chunk });
  }
}

const HEADER_BYTES = 5;

export const linkMutants: readonly Mutant[] = [
  {
    name: 'link-small-piece-lost',
    title: 'Throws away a piece of the stream that is shorter than a header',
    breaks: ['LINK-3'],
    faults: () => [at('receive', { when: ({ args: [chunk] }) => chunk.length < HEADER_BYTES, then: () => [] })],
  },
  {
    name: 'link-batch-behind-ping-lost',
    title: 'Loses a batch that comes in one piece with the PING before it',
    breaks: ['FRAME-11', 'LINK-3'],
    faults: () => {
      const pinged = new Set<Connection>();
      return [
        at('incoming', {
          when: ({ args: [message, , connection] }) => {
            if (message.kind === 'control' && message.message.name === 'PING') {
              pinged.add(connection);
              queueMicrotask(() => pinged.delete(connection));
            }
            return message.kind === 'operations' && message.operations.length > 1 && pinged.has(connection);
          },
          then: () => {},
        }),
      ];
    },
  },
  {
    name: 'link-stalled-stalls-all',
    title: 'Reads nothing from anybody while one connection stands inside of a frame',
    breaks: ['LINK-2'],
    faults: () => {
      const stall = new Stall();
      return [
        at('receive', {
          when: ({ args: [chunk, link] }) => {
            if (stall.holdsUp(link)) return true;
            stall.look(link, chunk);
            return false;
          },
          then: ({ args: [chunk, link] }) => {
            stall.hold(link, chunk);
            return [];
          },
        }),
        at('gone', {
          when: ({ args: [link] }) => {
            stall.leave(link);
            return false;
          },
          then: (call) => call.standard(),
        }),
      ];
    },
  },
];
