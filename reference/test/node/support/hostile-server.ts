/** A server in a process of its own, whose memory can be asked for. Run with --expose-gc. */
import { withLimits } from '../../../src/node/limits.ts';
import { Server } from '../../../src/node/server.ts';

/** Wide enough that hostile connections of one address get past the door. */
const limits = withLimits({ HALF_OPEN: 4000, FAILED_PROOFS: 1_000_000 });
const server = new Server({ databases: ['bugs'], limits });
const url = await server.listen('tcp://127.0.0.1:0');

process.on('message', () => {
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send?.({ rss, used: heapUsed + external, connections: server.connections });
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url });
