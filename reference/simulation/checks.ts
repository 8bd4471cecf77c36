/**
 * The invariants, by the numbers under which failures name them:
 *
 *   I1  what a node has acknowledged, fed, or taken the responsibility for, is there after any crash
 *   I2  no cursor passes what is not durable, neither one that was shown nor one that was kept
 *   I3  equal sets of operations come to equal states, and compaction changes none
 *   I4  an operation stands in a log once
 *   I5  what a client counts as the server's, the server has acknowledged or covered; it sends what is durable and not dead
 *   I6  no nonce is used twice under a key, no sealed frame accepted twice      (witness-crypto.ts)
 *   I7  after everything has healed, everything is everywhere, and then there is silence      (world.ts)
 *   I8  no node finds fault with another one, none throws, none compares anew without a reason      (world.ts)
 */
import { toHex } from '../src/bytes/hex.ts';
import type { ArrivalLog } from '../src/sync/arrival-log.ts';
import type { LogEntry } from '../src/sync/log-entry.ts';
import type { MergeState } from '../src/sync/merge/index.ts';
import type { Remote } from '../src/sync/remote.ts';
import type { Replica } from '../src/sync/replica.ts';
import { scopeKey } from '../src/sync/scope-key.ts';
import type { Cursor } from '../src/wire/cursor.ts';
import { decodeOperation, type Operation, type PlainOperation } from '../src/wire/operation.ts';
import { textOf, visibleOf } from './model.ts';
import { entriesOf, type SimulatedNode } from './simulated-node.ts';

/** What `replica`, opened on what a crash has left, still knows of what the node owes. */
export function checkDurable(node: SimulatedNode, replica: Replica): void {
  const { ledger, world } = node;
  const { log } = replica;
  const entries = entriesOf(replica);
  const ids = new Set(entries.map(({ id }) => id.toHex()));
  if (ids.size < entries.length) world.fail('I4', `${node.name} has an operation twice in its log`);
  for (const [id, why] of ledger.promises) {
    if (!ids.has(id) && !ledger.mayLack(id))
      world.fail('I1', `${node.name} has lost ${nameOf(node, id)} in a crash, though ${why}`);
  }
  for (const { seq, mark } of ledger.shown) {
    const isThere = seq <= log.head && log.mark(seq).toHex() === mark;
    if (!isThere)
      world.fail('I2', `${node.name} has shown the position ${seq}; after a crash its log ends at ${log.head}`);
  }
  for (const remote of replica.remotes) checkRemote(node, remote, replica, ids);
}

/** I2 and I5 of what a client keeps about a server. */
function checkRemote(node: SimulatedNode, remote: Remote, replica: Replica, ids: ReadonlySet<string>): void {
  const { world, ledger, plan } = node;
  const { history } = world;
  const cursor = remote.cursor(scopeKey(plan.scope === undefined ? {} : { col: plan.scope }));
  const covered = cursor === undefined ? new Set<string>() : history.upTo(cursor.log, cursor.mark);
  if (covered === undefined) {
    world.fail(
      'I2',
      `${node.name} keeps a cursor at ${cursor!.seq} of ${remote.name} that no durable log there ever had`,
    );
    return;
  }
  for (const id of covered) {
    const isOther = plan.scope !== undefined && history.written.get(id)!.operation.collection !== plan.scope;
    if (ids.has(id) || isOther || ledger.mayLack(id) || history.dropped.has(id) || ledger.skipped.has(id)) continue;
    world.fail('I2', `${node.name} keeps the cursor ${cursor!.seq} of ${remote.name}, but lacks ${nameOf(node, id)}`);
  }
  const acked = ledger.ackedBy(remote.name);
  for (const { seq, id } of entriesOf(replica)) {
    if (!remote.isKnown(seq) || acked.has(id.toHex()) || covered.has(id.toHex())) continue;
    const name = nameOf(node, id.toHex());
    world.fail('I5', `${node.name} counts ${name} as known to ${remote.name}, which has neither acked nor covered it`);
  }
}

/** I4, of a log in memory. */
export function checkLog(node: SimulatedNode, log: ArrivalLog): void {
  const seen = new Set<string>();
  for (let seq = 1; seq <= log.head; seq++) {
    const entry = log.entry(seq);
    if (entry === undefined) continue;
    const id = entry.id.toHex();
    if (seen.has(id)) node.world.fail('I4', `${nameOf(node, id)} stands twice in the log of ${node.name}`);
    seen.add(id);
  }
}

/** A position that a node shows. */
export function checkShown(node: SimulatedNode, cursor: Cursor, log: ArrivalLog): void {
  if (cursor.seq > log.head)
    node.world.fail('I2', `${node.name} shows the position ${cursor.seq}, its log ends at ${log.head}`);
  node.ledger.show({ seq: cursor.seq, mark: cursor.mark.toHex() });
}

/** I3 for a compaction: the state is the same, and stays the same whatever is withdrawn of what may be. */
export function checkCompaction(node: SimulatedNode, replica: Replica, before: readonly LogEntry[]): void {
  const after = entriesOf(replica);
  const remotes = [...replica.remotes];
  const isPending = ({ id, seq }: LogEntry): boolean =>
    remotes.some(({ name }) => !node.ledger.ackedBy(name).has(id.toHex()) && !knows(replica, name, seq)) ||
    remotes.some((remote) => remote.isDead(seq));
  const isSettled = (entry: LogEntry): boolean => entry.origin !== -1 || !isPending(entry);
  for (const [what, filter] of [
    ['', () => true],
    [', if what is pending is refused,', isSettled],
  ] as const) {
    if (bytesOf(node, before.filter(filter)) !== bytesOf(node, after.filter(filter)))
      node.world.fail('I3', `a compaction${what} changes the state of ${node.name}`);
  }
}

function knows(replica: Replica, name: string, seq: number): boolean {
  for (const remote of replica.remotes) if (remote.name === name) return remote.isKnown(seq);
  return false;
}

function bytesOf(node: SimulatedNode, entries: readonly LogEntry[]): string {
  return canonical(
    node,
    entries.map(({ bytes }) => decodeOperation(bytes)),
  );
}

function canonical(node: SimulatedNode, operations: Iterable<Operation>): string {
  const state = node.newState();
  for (const operation of operations) state.apply(operation);
  return toHex(state.canonicalBytes());
}

/** I3 for one node: what its database shows is what its log comes to, in any order, and so says the model. */
export function checkState(node: SimulatedNode): void {
  const { process, world } = node;
  if (process === undefined) return;
  const { replica, database } = process;
  const remotes = [...replica.remotes];
  const counts = entriesOf(replica).filter(
    ({ seq, origin }) =>
      origin !== -1 || remotes.some((remote) => remote.isKnown(seq)) || !remotes.some((remote) => remote.isDead(seq)),
  );
  const operations = counts.map(({ bytes }) => decodeOperation(bytes) as PlainOperation);
  const inOrder = canonical(node, operations);
  const shuffled = canonical(node, world.checking.shuffled(operations));
  if (inOrder !== shuffled) world.fail('I3', `the state of ${node.name} depends on the order of its log`);
  if (inOrder !== toHex(database.state.canonicalBytes()))
    world.fail('I3', `what ${node.name} shows is not what its log comes to`);
  compare(node, visibleOf(operations), shownBy(database.state));
}

/**
 * I3 and I7: what a node's log comes to is what `expected` come to, and those with them that some hubs refuse and this node
 * has: a refusal cannot be taken back from whoever was fed before it.
 */
export function checkConverged(
  node: SimulatedNode,
  expected: ReadonlyMap<string, PlainOperation>,
  isRefusable: (operation: Operation) => boolean,
): void {
  const all = new Map<string, Operation>(expected);
  const state = node.newState();
  for (const { id, bytes } of entriesOf(node.process!.replica)) {
    const operation = decodeOperation(bytes);
    if (isRefusable(operation)) all.set(id.toHex(), operation);
    else if (!expected.has(id.toHex())) continue;
    state.apply(operation);
  }
  compare(node, visibleOf(all.values()), shownBy(state));
}

function compare(node: SimulatedNode, expected: Map<string, string>, shown: Map<string, string>): void {
  for (const key of new Set([...expected.keys(), ...shown.keys()])) {
    if (expected.get(key) === shown.get(key)) continue;
    const [wanted, found] = [expected.get(key) ?? 'nothing', shown.get(key) ?? 'nothing'];
    node.world.fail('I3', `${node.name} shows ${found} at ${key}, its operations come to ${wanted}`);
  }
}

function shownBy(state: MergeState): Map<string, string> {
  const shown = new Map<string, string>();
  for (const { target } of [...state.records(), ...state.indexes()]) {
    const { space, collection, team, record } = target;
    const fields = space === 'record' ? state.get(collection, team, record) : state.getIndex(collection, team, record);
    if (fields !== undefined) shown.set(`${space} ${collection} ${team.toHex()} ${record.toHex()}`, textOf(fields));
  }
  return shown;
}

export function nameOf(node: SimulatedNode, id: string): string {
  return node.world.history.written.get(id)?.name ?? id.slice(0, 8);
}
