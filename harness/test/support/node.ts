import { fileURLToPath } from 'node:url';
import { Server, type ServerOptions } from '../../../reference/src/node/server.ts';
import { type Case, readCases } from '../../src/index.ts';

/** The reference node, listening in this process. */
export async function referenceNode(options: Partial<ServerOptions> = {}) {
  const server = new Server({ databases: ['bugs'], ...options });
  const url = await server.listen('tcp://127.0.0.1:0');
  return { url, server, close: () => server.close() };
}

/** Cases to try the engine with. */
export function smokeCases(): readonly Case[] {
  return readCases(fileURLToPath(new URL('../../../conformance/cases/_smoke/smoke.yaml', import.meta.url)));
}
