import { createServer, type Socket } from 'node:net';

/** What a thing that is no node does with a connection. */
export type Manners = (socket: Socket) => void;

export const MANNERS: { readonly [name: string]: Manners } = {
  silent: () => {},
  echo: (socket) => void socket.pipe(socket),
  close: (socket) => void socket.end(),
  reset: (socket) => void socket.resetAndDestroy(),
  garbage: (socket) => void socket.write(Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')),
  flood: (socket) => {
    const chunk = Buffer.alloc(65536, 0x02);
    const pour = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', pour);
    pour();
  },
};

export interface NullNode {
  readonly url: string;
  close(): void;
}

/** A TCP server that completes no handshake. */
export function nullNode(manners: Manners): Promise<NullNode> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (manners !== MANNERS.echo) socket.on('data', () => {});
    manners(socket);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      const close = (): void => {
        server.close();
        for (const socket of sockets) socket.destroy();
      };
      resolve({ url: `tcp://127.0.0.1:${port}`, close });
    });
  });
}
