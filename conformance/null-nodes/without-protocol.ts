/** Null nodes that do not speak the protocol at all. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { NullNode, RunningNullNode } from './null-node.ts';

async function listening(onSocket: (socket: Socket) => void): Promise<RunningNullNode> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The beginning of a page of the web: no frame of any kind. */
const GARBAGE = Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');

export const silent: NullNode = {
  name: 'silent',
  breaks: [],
  title: 'Takes connections and never says anything',
  verdict: /says nothing/,
  start: () => listening((socket) => socket.resume()),
};

export const echo: NullNode = {
  name: 'echo',
  breaks: [],
  title: 'Sends back whatever it is sent',
  verdict: /echo/,
  start: () => listening((socket) => socket.pipe(socket)),
};

export const close: NullNode = {
  name: 'close',
  breaks: ['LINK-1'],
  title: 'Closes every connection at once',
  verdict: /without a word|resets it/,
  start: () => listening((socket) => socket.end()),
};

export const garbage: NullNode = {
  name: 'garbage',
  breaks: [],
  title: 'Says something that is no frame',
  verdict: /answers wrongly|first bytes/,
  start: () => listening((socket) => socket.write(GARBAGE)),
};
