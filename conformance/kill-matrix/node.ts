import { Buffer } from 'node:buffer';
import { parseAddress } from '../../harness/src/index.ts';
import type { CaseNode, DataSwap, Ending } from '../../harness/src/target/case-node.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { serverPsks } from '../../reference/src/handshake/credential.ts';
import type { Link, Listener } from '../../reference/src/link/link.ts';
import { listenTcp } from '../../reference/src/link/tcp.ts';
import { type Data, openData } from '../../reference/src/node/data-folder.ts';
import { systemScheduler } from '../../reference/src/node/scheduler.ts';
import { MemoryDisk } from '../../reference/src/store/memory-disk.ts';
import { MutantServer, type NodeParts } from '../mutants/links-parts.ts';
import type { Setup } from './setup.ts';
import { FOLDER, tear } from './torn.ts';

export const DATABASE = 'conformance';
/** What the kit proves itself by. */
export const CREDENTIAL = { kid: 'kit', psk: new Uint8Array(32).fill(9) };
/** Another client's; it stands first. */
const OTHER = { kid: 'other', psk: new Uint8Array(32).fill(7) };

/** A node in this process, over TCP; `stop` leaves nothing of it, whatever it does. */
export interface TestNode extends CaseNode {
  /** `tcp://127.0.0.1:PORT` */
  readonly url: string;
}

/** Starts the node that `parts` make under `setup`. */
export async function startNode(setup: Setup, parts: NodeParts): Promise<TestNode> {
  let disk = new MemoryDisk();
  const copies = new Map<string, MemoryDisk>();
  let running = await start(setup, parts, 0, disk);
  const { url } = running.listener;
  return {
    url,
    address: parseAddress(url),
    async restart(how: Ending, { backup, restore }: DataSwap = {}) {
      if (how === 'term') {
        await Promise.all([running.listener.close(), running.server.close()]);
        running.data?.close();
      }
      // What it has written is kept, and what it writes from here on is nobody's.
      disk = disk.kill();
      if (how === 'kill') await running.stop();
      if (restore !== undefined) disk = copies.get(restore)!.kill();
      if (backup !== undefined) copies.set(backup, disk.kill());
      if (how === 'kill') tear(disk, DATABASE);
      running = await start(setup, parts, Number(new URL(url).port), disk);
    },
    stop: () => running.stop(),
  };
}

interface Running {
  readonly server: MutantServer;
  readonly listener: Listener;
  readonly data: Data | undefined;
  stop(): Promise<void>;
}

async function start(setup: Setup, parts: NodeParts, port: number, disk: MemoryDisk): Promise<Running> {
  const { secured, capabilities, limits } = setup;
  const keys = [OTHER, CREDENTIAL].map(({ kid, psk }) => [kid, Uint8Array.from(Buffer.from(psk))] as const);
  const data = setup.durable ? open(disk, parts) : undefined;
  const server = new MutantServer({
    databases: [DATABASE],
    replicas: data?.replicas,
    node: data?.node,
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
    data,
    async stop() {
      const closed = listener.close();
      for (const link of links) link.destroy();
      await closed;
    },
  };
}

function open(disk: MemoryDisk, parts: NodeParts): Data {
  const data = openData(FOLDER, [DATABASE], {
    crypto: nodeCrypto,
    scheduler: systemScheduler,
    createLog: parts.createLog,
    openReplica(opened, config) {
      const changes = [...opened.changes];
      const journal = parts.openJournal(opened.journal);
      return parts.openReplica({ journal, changes, recovery: opened.recovery }, config);
    },
    disk,
  });
  for (const replica of data.replicas.values()) replica.compact(parts.droppable);
  return data;
}
