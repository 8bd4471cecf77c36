import { connect, createServer, type Socket } from 'node:net';
import type { Address } from '../address.ts';

/** How a link ended: by the node's FIN, by its RST (or another socket error), or by the kit's own hand. */
export type LinkEnd = 'fin' | 'reset' | 'self';

export interface LinkHandler {
  onBytes(chunk: Uint8Array): void;
  onEnd(how: LinkEnd): void;
}

/** Why no link came about: `code` is the system's (ECONNREFUSED, ...), or TIMEOUT. */
export class DialError extends Error {
  override readonly name = 'DialError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A byte link that can also misbehave: chunked writes, half-close, reset, a reader that stops. Nothing is queued beyond
 * what the kernel and the socket hold; errors after the end are of no interest and are swallowed.
 */
export class Link {
  readonly #socket: Socket;
  #ended = false;

  constructor(socket: Socket, handler: LinkHandler) {
    this.#socket = socket;
    const end = (how: LinkEnd): void => {
      if (this.#ended) return;
      this.#ended = true;
      handler.onEnd(how);
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk: Uint8Array) => handler.onBytes(chunk));
    socket.on('end', () => end('fin'));
    socket.on('error', () => end('reset'));
    socket.on('close', () => end('self'));
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(bytes);
  }

  /** Writes `size` bytes at a time, each in a system call (and, where the kernel plays along, a segment) of its own. */
  async writeSplit(bytes: Uint8Array, size: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) {
      this.write(bytes.subarray(at, at + size));
      await new Promise(setImmediate);
    }
  }

  /** Writes `size` bytes every `ms`, in the background, for as long as the link is there. */
  writeSlowly(bytes: Uint8Array, size: number, ms: number): void {
    let at = 0;
    const step = (): void => {
      this.write(bytes.subarray(at, at + size));
      at += size;
      if (at >= bytes.length || this.#socket.destroyed) clearInterval(timer);
    };
    const timer = setInterval(step, ms);
    step();
    this.#socket.once('close', () => clearInterval(timer));
  }

  /** Whether the link is closed in both directions, or was reset. */
  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** Resolves when the kernel has taken everything, when the link is gone, or after `ms`: a node need not read. */
  async drained(ms: number): Promise<void> {
    if (this.#socket.writableLength === 0 || this.#socket.destroyed || this.#ended) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#socket.off('drain', done).off('close', done).off('end', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#socket.on('drain', done).on('close', done).on('end', done);
    });
  }

  halfClose(): void {
    if (!this.#socket.destroyed) this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Opens a link; throws DialError when none came about within `timeout` ms. */
export function dial(address: Address, handler: LinkHandler, timeout: number): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      address.kind === 'tcp'
        ? {
            host: address.host,
            port: address.port,
            allowHalfOpen: true,
            ...(address.from && { localAddress: address.from }),
          }
        : { path: address.path, allowHalfOpen: true },
    );
    const fail = (error: DialError): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new DialError('TIMEOUT', `no link within ${timeout} ms`)), timeout);
    const early = (error: NodeJS.ErrnoException): void => fail(new DialError(error.code ?? 'ERROR', error.message));
    socket.once('error', early);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', early);
      resolve(new Link(socket, handler));
    });
  });
}

/** A TCP port of 127.0.0.1 that was free just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
