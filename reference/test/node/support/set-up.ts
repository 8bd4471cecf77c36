import { Client, type ClientOptions } from '../../../src/node/client.ts';
import type { Ending } from '../../../src/node/ending.ts';
import { Server, type ServerOptions } from '../../../src/node/server.ts';
import { standardServerParts } from '../../../src/node/server-parts.ts';
import { ManualScheduler } from './manual-scheduler.ts';
import { type MemoryLink, memoryLinks } from './memory-link.ts';

/** A server without sockets and without time of its own. */
export class Bench {
  readonly scheduler = new ManualScheduler();
  readonly server: Server;
  /** Answers do not wait for company, unless a test says so. */
  answerGap = 0;
  /** How the server's connections ended, in that order. */
  readonly endings: Ending[] = [];

  constructor(options: Partial<ServerOptions> = {}) {
    const { parts = standardServerParts, ...others } = options;
    this.server = new Server({
      databases: ['bugs'],
      parts: {
        ...parts,
        delay: (timer, limits) => (timer === 'ANSWER_GAP' ? this.answerGap : parts.delay(timer, limits)),
      },
      scheduler: this.scheduler,
      onEnding: (_, ending) => this.endings.push(ending),
      ...others,
    });
  }

  /** A link whose other end the server has; the client's end is returned. */
  link(address?: string): MemoryLink {
    const [own, server] = memoryLinks(address);
    this.server.accept(server);
    return own;
  }

  /** A client in OPEN, and its link. */
  async client(options: Partial<ClientOptions> = {}): Promise<{ client: Client; link: MemoryLink }> {
    const link = this.link();
    const client = await Client.over(link, { database: 'bugs', scheduler: this.scheduler, grease: false, ...options });
    return { client, link };
  }
}
