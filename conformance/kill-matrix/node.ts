import { Buffer } from 'node:buffer';
import { serverPsks } from '../../reference/src/handshake/credential.ts';
import type { Link, Listener } from '../../reference/src/link/link.ts';
import { listenTcp } from '../../reference/src/link/tcp.ts';
import { MutantServer, type NodeParts } from '../mutants/links-parts.ts';
import type { Setup } from './setup.ts';

export const DATABASE = 'conformance';
/** What the kit proves itself by. */
export const CREDENTIAL = { kid: 'kit', psk: new Uint8Array(32).fill(9) };
/** Another client's; it stands first. */
const OTHER = { kid: 'other', psk: new Uint8Array(32).fill(7) };

/** A node in this process, over TCP. */
export interface TestNode {
  /** `tcp://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends it, with CLOSE (`term`) or without (`kill`), and begins another one at the same port. */
  restart(how: 'term' | 'kill'): Promise<void>;
  /** Nothing is left of it, whatever it does. */
  stop(): Promise<void>;
}

/** Starts the node that `parts` make under `setup`. */
export async function startNode(setup: Setup, parts: NodeParts): Promise<TestNode> {
  let running = await start(setup, parts, 0);
  const port = Number(new URL(running.listener.url).port);
  return {
    url: running.listener.url,
    async restart(how) {
      if (how === 'term') await Promise.all([running.listener.close(), running.server.close()]);
      else await running.stop();
      running = await start(setup, parts, port);
    },
    stop: () => running.stop(),
  };
}

interface Running {
  readonly server: MutantServer;
  readonly listener: Listener;
  stop(): Promise<void>;
}

async function start({ secured, capabilities, limits }: Setup, parts: NodeParts, port: number): Promise<Running> {
  const keys = [OTHER, CREDENTIAL].map(({ kid, psk }) => [kid, Uint8Array.from(Buffer.from(psk))] as const);
  const server = new MutantServer({
    databases: [DATABASE],
    capabilities,
    limits,
    parts,
    ...(secured ? { credential: serverPsks(keys) } : {}),
  });
  const links = new Set<Link>();
  const listener = await listenTcp({ kind: 'tcp', host: '127.0.0.1', port }, (link) => {
    links.add(link);
    server.accept(link);
  });
  return {
    server,
    listener,
    async stop() {
      const closed = listener.close();
      for (const link of links) link.destroy();
      await closed;
    },
  };
}
