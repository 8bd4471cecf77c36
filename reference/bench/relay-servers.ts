/**
 * What stands in the middle in the relay benchmark, each in a process of its own: `relay-servers.ts relay|blazedb|yjs`, or
 * `relay-servers.ts durable FOLDER`.
 * Tells its port to the parent by IPC and ends with it.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import { createRequire } from 'node:module';
import * as net from 'node:net';
import { nodeCrypto } from '../src/crypto/node.ts';
import { openData } from '../src/node/data-folder.ts';
import { systemScheduler } from '../src/node/scheduler.ts';
import { Server } from '../src/node/server.ts';

export type Middle = 'relay' | 'blazedb' | 'durable' | 'yjs';

/** Sends everything that comes on one connection to all the others, as it comes. */
async function relay(): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => {
      for (const other of sockets) if (other !== socket) other.write(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  return listening(server);
}

async function blazedb(): Promise<number> {
  const server = new Server({ databases: ['bench'] });
  return Number(new URL(await server.listen('tcp://127.0.0.1:0')).port);
}

/** Nothing is acknowledged or fed before it is durable. */
async function durable(): Promise<number> {
  const data = openData(process.argv[3]!, ['bench'], { crypto: nodeCrypto, scheduler: systemScheduler });
  const server = new Server({ databases: ['bench'], replicas: data.replicas, node: data.node });
  return Number(new URL(await server.listen('tcp://127.0.0.1:0')).port);
}

/** The server that y-websocket 2 brings along: in memory, without persistence. */
async function yjs(): Promise<number> {
  const require = createRequire(new URL('./peers/package.json', import.meta.url));
  const { WebSocketServer } = require('ws');
  const { setupWSConnection } = require('y-websocket/bin/utils');
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', setupWSConnection);
  return listening(http);
}

function listening(server: net.Server | HttpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
  });
}

const MIDDLES: Record<Middle, () => Promise<number>> = { relay, blazedb, durable, yjs };

process.on('disconnect', () => process.exit(0));
process.send?.(await MIDDLES[process.argv[2] as Middle]());
