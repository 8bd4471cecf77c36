/**
 * One durable commit of one operation of 200 bytes with its index entry and the new head, in our journal and in three
 * embedded stores, each over write + fdatasync of the same bytes at the end of a file: `npx tsx reference/bench/stores.ts
 * [folder]` (not on tmpfs, where a sync costs nothing). Then what each makes of one byte that changed in its log after
 * 100 acknowledged commits and a kill -9. The stores are installed into a temporary folder. Rounds are interleaved.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Id } from '../src/bytes/id.ts';
import { encodeUtf8 } from '../src/bytes/utf8.ts';
import { openFolder } from '../src/store/folder.ts';
import { nodeDisk } from '../src/store/node-disk.ts';

const STORES = { 'classic-level': '3.0.0', lmdb: '3.5.6', 'node-sqlite3-wasm': '0.8.60' };
const ROUNDS = 7;
const COMMITS = 150;
const FILLED = 100;
/** The record in which a byte is changed. */
const HIT = 90;
const TMPFS = 0x01021994;
/** Head, seq, mark, check: what our journal writes beside an operation. */
const FRAME_OVERHEAD = 43;

/** One store that is open. */
interface Contender {
  /** Returns when operation `seq` is durable. */
  commit(seq: number, operation: Uint8Array): Promise<void> | void;
  /** What is stored as operation `seq`. Throws when the store finds it damaged. */
  read(seq: number): Promise<Uint8Array | undefined> | Uint8Array | undefined;
  /** What the store itself has said about the state in which it was found. */
  readonly report?: string | undefined;
  close(): Promise<void> | void;
}

/** What a store exports; none of them is there when this is compiled. */
// biome-ignore lint/suspicious/noExplicitAny: stores without types
type Load = (name: string) => any;

type Opener = (folder: string, load: Load) => Promise<Contender> | Contender;

const ours =
  (password?: Uint8Array): Opener =>
  (folder) => {
    const data = openFolder(nodeDisk, folder, password === undefined ? {} : { password });
    const { journal, changes } = data.openDatabase('bench');
    const places: number[] = [];
    for (const { change, place } of changes) {
      if (change.kind === 'append') places[change.seq] = place;
    }
    const mark = new Id(1, 2, 3, 4);
    return {
      commit(seq, bytes) {
        places[seq] = journal.add({ kind: 'append', seq, mark, isOwn: true, bytes });
        journal.commit();
      },
      read: (seq) => (places[seq] === undefined ? undefined : journal.read(places[seq])),
      report: fs.readdirSync(join(folder, 'db-bench')).find((name) => name.includes('damaged')),
      close: () => data.close(),
    };
  };

const OPENERS: { readonly [name: string]: Opener } = {
  fdatasync(folder) {
    const fd = fs.openSync(join(folder, 'file'), 'w+');
    let end = 0;
    return {
      commit(_, operation) {
        const bytes = new Uint8Array(operation.length + FRAME_OVERHEAD).fill(1);
        end += fs.writeSync(fd, bytes, 0, bytes.length, end);
        fs.fdatasyncSync(fd);
      },
      read: () => undefined,
      close: () => fs.closeSync(fd),
    };
  },
  journal: ours(),
  'journal, encrypted': ours(encodeUtf8('a password')),
  async 'classic-level'(folder, load) {
    const db = new (load('classic-level').ClassicLevel)(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
    await db.open();
    return {
      commit: (seq, value) =>
        db.batch(
          [
            { type: 'put', key: keyOf('op', seq), value },
            { type: 'put', key: keyOf('id', seq), value: encodeUtf8(String(seq)) },
            { type: 'put', key: 'head', value: encodeUtf8(String(seq)) },
          ],
          { sync: true },
        ),
      read: (seq) => db.get(keyOf('op', seq)),
      close: () => db.close(),
    };
  },
  lmdb(folder, load) {
    const db = load('lmdb').open({ path: join(folder, 'data'), encoding: 'binary' });
    return {
      commit: (seq, value) =>
        db.transactionSync(() => {
          db.putSync(keyOf('op', seq), Buffer.from(value));
          db.putSync(keyOf('id', seq), Buffer.from(String(seq)));
          db.putSync('head', Buffer.from(String(seq)));
        }),
      read: (seq) => db.get(keyOf('op', seq)),
      close: () => db.close(),
    };
  },
  'node-sqlite3-wasm'(folder, load) {
    // Its lock is a folder that a kill leaves behind; a node would have to remove it, too.
    fs.rmSync(join(folder, 'db.lock'), { recursive: true, force: true });
    const db = new (load('node-sqlite3-wasm').Database)(join(folder, 'db'));
    db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
    db.exec('CREATE TABLE IF NOT EXISTS kv (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID');
    const put = db.prepare('INSERT OR REPLACE INTO kv VALUES (?, ?)');
    return {
      commit(seq, value) {
        db.exec('BEGIN');
        put.run([keyOf('op', seq), value]);
        put.run([keyOf('id', seq), String(seq)]);
        put.run(['head', String(seq)]);
        db.exec('COMMIT');
      },
      read: (seq) => db.get('SELECT v FROM kv WHERE k = ?', [keyOf('op', seq)])?.v,
      close() {
        put.finalize();
        db.close();
      },
    };
  },
};

function keyOf(kind: string, seq: number): string {
  return `${kind}/${String(seq).padStart(8, '0')}`;
}

/** 200 bytes that no other operation has. */
function operationOf(seq: number): Uint8Array {
  return encodeUtf8(`operation ${String(seq).padStart(6, '0')} `.repeat(12).slice(0, 200));
}

export interface StoresResult {
  readonly fdatasyncMicroseconds: number;
  /** p50 of one commit over that of write + fdatasync. */
  readonly ratios: { readonly [name: string]: number };
  readonly afterOneChangedByte: { readonly [name: string]: string };
}

/** Throws RangeError when `parent` is on tmpfs. */
export async function storesBenchmark(parent = '/var/tmp'): Promise<StoresResult> {
  if (fs.statfsSync(parent).type === TMPFS) throw new RangeError(`${parent} is on tmpfs: name a folder on a disk`);
  const root = fs.mkdtempSync(join(parent, 'blazedb-stores-'));
  try {
    const load = installed(root);
    const p50 = await latencies(root, load);
    const base = median(p50.fdatasync!);
    const names = Object.keys(OPENERS).filter((name) => name !== 'fdatasync');
    const afterOneChangedByte: Record<string, string> = {};
    for (const name of names) afterOneChangedByte[name] = await damaged(name, root, load);
    return {
      fdatasyncMicroseconds: Math.round(base),
      // Each round by itself: the disk of one round is that of all contenders.
      ratios: Object.fromEntries(
        names.map((name) => [name, round(median(p50[name]!.map((value, i) => value / p50.fdatasync![i]!)))]),
      ),
      afterOneChangedByte,
    };
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

async function latencies(root: string, load: Load): Promise<Record<string, number[]>> {
  const open: [string, Contender][] = [];
  for (const [name, opener] of Object.entries(OPENERS))
    open.push([name, await opener(folderIn(root, `time-${name}`), load)]);
  const p50: Record<string, number[]> = Object.fromEntries(open.map(([name]) => [name, []]));
  let seq = 0;
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, contender] of open) {
      const times: number[] = [];
      for (let i = 1; i <= COMMITS; i++) {
        const operation = operationOf(seq + i);
        const start = performance.now();
        await contender.commit(seq + i, operation);
        times.push((performance.now() - start) * 1000);
      }
      if (round >= 0) p50[name]!.push(median(times));
    }
    seq += COMMITS;
  }
  for (const [, contender] of open) await contender.close();
  return p50;
}

/** Commits in another process that is killed, changes one byte, and says what is there then. */
async function damaged(name: string, root: string, load: Load): Promise<string> {
  const folder = folderIn(root, `damage-${name}`);
  const child = spawnSync(process.execPath, [
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    'fill',
    name,
    folder,
    root,
  ]);
  if (child.signal !== 'SIGKILL') throw new Error(`${name} was not filled: ${child.stderr}`);
  changeOneByte(name, folder);
  let [missing, wrong, errors] = [0, 0, 0];
  let said = '';
  try {
    const contender = await OPENERS[name]!(folder, load);
    if (contender.report !== undefined) said = `, kept what was cut in ${contender.report}`;
    for (let seq = 1; seq <= FILLED; seq++) {
      try {
        const found = await contender.read(seq);
        if (found === undefined || found === null) missing += 1;
        else if (!Buffer.from(found).equals(operationOf(seq))) wrong += 1;
      } catch {
        errors += 1;
      }
    }
    await contender.close();
  } catch (error) {
    return `reported: does not open (${(error as Error).message.slice(0, 80)})`;
  }
  const isReported = errors > 0 || said !== '';
  const kind = isReported ? 'reported' : missing + wrong > 0 ? 'SILENT' : 'nothing lost';
  return `${kind}: of ${FILLED} acknowledged ${missing} missing, ${wrong} wrong${said}`;
}

/** In the last place where the record stands; an encrypted one is not found, there it is nine tenths of the journal. */
function changeOneByte(name: string, folder: string): void {
  const paths = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => fs.statSync(path).isFile());
  for (const path of paths) {
    const bytes = fs.readFileSync(path);
    const found = bytes.lastIndexOf(operationOf(HIT).subarray(0, 60));
    const used = bytes.findLastIndex((byte) => byte !== 0) + 1;
    const at =
      found >= 0 ? found + 30 : name.endsWith('encrypted') && path.endsWith('journal') ? Math.floor(used * 0.9) : -1;
    if (at < 0) continue;
    const fd = fs.openSync(path, 'r+');
    fs.writeSync(fd, Uint8Array.of(bytes[at]! ^ 1), 0, 1, at);
    fs.closeSync(fd);
    if (!path.endsWith('.mdb')) return;
  }
}

async function fill(name: string, folder: string, root: string): Promise<void> {
  const contender = await OPENERS[name]!(folder, loader(root));
  for (let seq = 1; seq <= FILLED; seq++) await contender.commit(seq, operationOf(seq));
  process.kill(process.pid, 'SIGKILL');
}

/** Nobody but this benchmark needs them. */
function installed(root: string): Load {
  fs.writeFileSync(join(root, 'package.json'), JSON.stringify({ private: true, dependencies: STORES }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: root, stdio: 'ignore' });
  return loader(root);
}

function loader(root: string): Load {
  return createRequire(join(root, 'package.json'));
}

function folderIn(root: string, name: string): string {
  const folder = join(root, name.replace(/[^a-z0-9-]/g, '_'));
  fs.mkdirSync(folder);
  return folder;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [what, name, folder, root] = process.argv.slice(2);
  if (what === 'fill') await fill(name!, folder!, root!);
  else process.stdout.write(`${JSON.stringify(await storesBenchmark(what), null, 2)}\n`);
}
