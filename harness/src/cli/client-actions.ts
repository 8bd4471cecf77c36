import { Id } from '../../../reference/src/bytes/id.ts';
import type { DatabaseChange } from '../../../reference/src/database/database.ts';
import { errorName } from '../../../reference/src/node/ending.ts';
import type { Visible } from '../../../reference/src/sync/merge/index.ts';
import type { Selection } from '../../../reference/src/sync/scope-key.ts';
import type { Fields } from '../../../reference/src/wire/value.ts';
import { UsageError } from '../failure.ts';
import { nearest } from '../text/nearest.ts';
import { visible } from '../text/visible.ts';
import { Copy, type CopyOptions, type Reach } from './client-copy.ts';
import { describeFields, parseFields, plainFields } from './client-fields.ts';

export interface ClientOptions extends CopyOptions {
  readonly json?: boolean;
}

export interface ClientCall {
  readonly url: string;
  readonly action: string;
  readonly collection: string;
  readonly words: readonly string[];
  readonly options: ClientOptions;
}

export const ACTIONS = ['list', 'insert', 'update', 'delete', 'watch'] as const;

const EVERYTHING: readonly Selection[] = [{}];
const DONE = 0;
const REFUSED = 1;
/** Digits of a record id. */
const DIGITS = 32;

/** Does what `call` says; the exit status. Throws UsageError, StorageError, ProtocolError and RangeError. */
export async function act(call: ClientCall): Promise<number> {
  const write = plan(call);
  // A new record needs nothing of the others; and a copy in memory is gone after the command.
  const scopes = call.action === 'insert' && call.options.data === undefined ? [] : EVERYTHING;
  const copy = new Copy(call.url, call.options, scopes, warn);
  try {
    const reach = await copy.reach();
    if (!reach.isLive && !copy.isKept) throw new UsageError(reach.why);
    if (call.action === 'list') return await list(copy, call, reach);
    if (call.action === 'watch') return await watch(copy, call, reach);
    return await commit(copy, reach, () => write(copy));
  } finally {
    await copy.close();
  }
}

/** What a write does, checked as far as that can be done without the records. */
function plan({ action, collection, words }: ClientCall): (copy: Copy) => Id {
  const [record = '', ...rest] = words;
  const isLone = action === 'list' || action === 'watch';
  if (isLone && words.length > 0) throw new UsageError(`${action} takes a collection and nothing else`);
  if (isLone) return () => Id.ZERO;
  if (action === 'insert') {
    const fields = parseFields(words);
    return ({ database }) => database.insert(collection, fields);
  }
  if (action !== 'update' && action !== 'delete') throw new UsageError(unknown(action));
  if (!/^[0-9a-f]{1,32}$/i.test(record)) throw new UsageError(`${action} needs a record: its id, or the first digits`);
  if (action === 'delete' && rest.length > 0) throw new UsageError('delete takes a record and nothing else');
  const fields = action === 'update' ? parseFields(rest) : undefined;
  return ({ database }) => {
    const { target } = find(database.list(collection), collection, record);
    const team = { team: target.team };
    if (fields === undefined) database.delete(collection, target.record, team);
    else database.update(collection, target.record, fields, team);
    return target.record;
  };
}

function unknown(action: string): string {
  const [near] = nearest(action, [...ACTIONS]);
  return `there is no action ${action}${near === undefined ? '' : ` (did you mean ${near}?)`}: ${ACTIONS.join(', ')}`;
}

function find(records: readonly Visible[], collection: string, digits: string): Visible {
  const found = records.filter(({ target }) => target.record.toHex().startsWith(digits.toLowerCase()));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new UsageError(`${found.length} records begin with ${digits}: give more digits of the id`);
  throw new UsageError(`there is no record ${digits}${digits.length < DIGITS ? '...' : ''} in ${collection}`);
}

/** Writes, and waits until the server has it. */
async function commit(copy: Copy, before: Reach, write: () => Id): Promise<number> {
  const record = write();
  const seq = copy.replica.log.head;
  print(record.toHex());
  const reach = before.isLive ? await copy.drain() : before;
  const refused = copy.refused.get(seq);
  if (refused !== undefined && refused.retry === undefined) {
    if (copy.isKept) copy.database.withdraw(refused.entry.id);
    warn(`error: the server refuses it, and it is taken back: ${errorName(refused.code)}${said(refused.message)}`);
    return REFUSED;
  }
  const why =
    refused === undefined ? (reach.isLive ? undefined : reach.why) : `refused for now${said(refused.message)}`;
  if (why === undefined) return DONE;
  if (!copy.isKept) throw new UsageError(`${why}; it is not known whether the server has it`);
  warn(`kept, and not pushed yet: ${why}. It is pushed the next time.`);
  return DONE;
}

async function list(copy: Copy, { collection, options }: ClientCall, reach: Reach): Promise<number> {
  const after = reach.isLive ? await copy.drain() : reach;
  const records = copy.database.list(collection);
  if (options.json === true) print(JSON.stringify(records.map(json), null, 1));
  else for (const { target, fields } of records) print(`${target.record.toHex()}  ${describeFields(fields)}`);
  if (records.length === 0) warn(`no records in ${collection}`);
  if (!after.isLive) warn(`as of the last time: ${after.why}`);
  const { pending } = copy;
  if (pending > 0) warn(`${pending} ${pending === 1 ? 'write is' : 'writes are'} not pushed yet`);
  return DONE;
}

/** Until SIGINT or SIGTERM. */
async function watch(copy: Copy, { collection, options }: ClientCall, reach: Reach): Promise<number> {
  if (!reach.isLive) warn(`as of the last time: ${reach.why}`);
  copy.onStatus = ({ kind }) => {
    if (kind === 'waiting') warn('the connection is lost; trying again');
    if (kind === 'live') warn('connected');
  };
  copy.database.watch((changes) => {
    for (const change of changes) {
      const { space, collection: where } = change.target;
      if (space === 'record' && where === collection)
        print(options.json === true ? JSON.stringify(event(change)) : line(change));
    }
  });
  warn(`watching ${visible(collection)}; Ctrl-C ends it`);
  await interrupted();
  return DONE;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
}

function event(change: DatabaseChange): unknown {
  const { target, after } = change;
  return { kind: kindOf(change), ...json({ target, fields: after ?? new Map() }) };
}

function line(change: DatabaseChange): string {
  const { target, after } = change;
  const fields = after === undefined ? '' : `  ${describeFields(after)}`;
  return `${kindOf(change)} ${target.record.toHex()}${fields}`;
}

function kindOf({ before, after }: DatabaseChange): string {
  if (before === undefined) return 'inserted';
  return after === undefined ? 'deleted' : 'updated';
}

function json({ target, fields }: { readonly target: Visible['target']; readonly fields: Fields }): object {
  const team = target.team.isZero ? {} : { team: target.team.toHex() };
  return { record: target.record.toHex(), ...team, fields: plainFields(fields) };
}

function said(message: string | undefined): string {
  return message === undefined ? '' : ` (${visible(message)})`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}
