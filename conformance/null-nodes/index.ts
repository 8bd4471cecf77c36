import type { NullNode } from './null-node.ts';
import { acceptAll, refuseAll } from './with-handshake.ts';
import { close, echo, garbage, silent } from './without-protocol.ts';

/** All null nodes: first those that fail the preflight, then those that get past it. */
export const nullNodes: readonly NullNode[] = [silent, echo, close, garbage, acceptAll, refuseAll];
