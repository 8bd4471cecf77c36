import * as net from 'node:net';
import type { Link, LinkEvents, Listener } from './link.ts';
import { formatLinkUrl, type LinkAddress } from './url.ts';

/** Links wait here until the process gets round to them; the system may allow fewer. */
const BACKLOG = 1024;

/** Resolves when links come in. Rejects with the system's error (`EADDRINUSE`, ...). */
export function listenTcp(address: LinkAddress, onLink: (link: Link) => void): Promise<Listener> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => onLink(new TcpLink(socket)));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      server.on('error', () => {}); // accept() that fails for lack of descriptors: the next one may succeed
      const { port } = server.address() as net.AddressInfo;
      resolve({ url: formatLinkUrl({ ...address, port }), close: () => closeServer(server) });
    });
  });
}

/** Resolves when the link is up. Rejects with the system's error (`ECONNREFUSED`, ...). */
export function connectTcp(address: LinkAddress): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: address.host, port: address.port, allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(new TcpLink(socket));
    });
  });
}

class TcpLink implements Link {
  readonly remoteAddress: string;
  readonly #socket: net.Socket;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress ?? 'unknown';
    socket.on('error', () => {}); // 'close' follows
  }

  get buffered(): number {
    return this.#socket.writableLength;
  }

  start(events: LinkEvents): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => events.onBytes(chunk));
    socket.on('drain', () => events.onDrain());
    socket.on('end', () => events.onEnd());
    if (socket.destroyed) queueMicrotask(() => events.onClose());
    else socket.on('close', () => events.onClose());
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    if (this.#socket.writable) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function closeServer(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
