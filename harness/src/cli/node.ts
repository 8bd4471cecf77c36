import type { Command } from 'commander';
import { fromHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { type ServerCredential, serverPsks } from '../../../reference/src/handshake/credential.ts';
import { type Data, openData } from '../../../reference/src/node/data-folder.ts';
import { fixedKeys } from '../../../reference/src/node/fixed-keys.ts';
import { parseLimit, withLimits } from '../../../reference/src/node/limits.ts';
import { readPskFile } from '../../../reference/src/node/psk-file.ts';
import { systemScheduler } from '../../../reference/src/node/scheduler.ts';
import { SERVER_CAPABILITIES, Server, type ServerOptions } from '../../../reference/src/node/server.ts';
import { type ServerParts, standardServerParts } from '../../../reference/src/node/server-parts.ts';
import { statementOf } from '../../../reference/src/node/statement.ts';
import { traceEnding, tracing } from '../../../reference/src/node/trace.ts';
import { Capability, type Limits } from '../../../reference/src/registry.ts';
import { readPasswordFile } from '../../../reference/src/store/password-file.ts';
import { StorageError } from '../../../reference/src/sync/journal.ts';

/** A way to make the node wrong: the parts that it gets instead, limits that it runs with, and who runs the parts. */
export interface NodeMutation {
  readonly limits?: Partial<Limits> | undefined;
  readonly mutate: (parts: ServerParts) => ServerParts;
  readonly serve: (options: ServerOptions & { readonly parts: ServerParts }) => Server;
}

export interface NodeCommandSettings {
  /** What `--mutant NAME` means; `undefined` for an unknown name. Without it there is no such option. */
  readonly resolveMutant?: (name: string) => NodeMutation | undefined;
}

interface NodeOptions {
  readonly listen: string;
  readonly database?: readonly string[];
  readonly psk?: string;
  readonly data?: string;
  readonly passwordFile?: string;
  readonly compact?: boolean;
  readonly crypto: string;
  readonly capabilities?: string;
  readonly limit?: readonly string[];
  readonly fixedKeys?: string;
  readonly statement?: boolean;
  readonly trace?: boolean;
  readonly mutant?: string;
}

/** Loaded when asked for: a node is to start fast. */
const PROVIDERS: { readonly [name: string]: () => Promise<CryptoProvider> } = {
  node: async () => nodeCrypto,
  noble: async () => (await import('../../../reference/src/crypto/noble.ts')).nobleCrypto,
};

/** Exit status of a command that could not be done. */
const IMPOSSIBLE = 2;

/** Adds `node`: the reference node, until SIGTERM or SIGINT. */
export function registerNodeCommand(program: Command, settings: NodeCommandSettings = {}): Command {
  const command = program
    .command('node')
    .description('run the reference node: with --data of level L2, else of level L1 with its log in memory')
    .option('--listen <url>', 'where to listen; port 0: any free port', 'tcp://127.0.0.1:0')
    .option('--database <name>', 'a database to serve; may be given several times (default: bugs)', collect)
    .option('--psk <file>', 'ask for a proof with this pre-shared key: JSON {"kid", "psk"}, mode 0600')
    .option(
      '--data <folder>',
      'keep everything in this folder, made if need be: what was acknowledged survives a crash',
    )
    .option('--password-file <file>', 'encrypt the data folder with the password in this file, mode 0600')
    .option('--compact', 'first drop from the log what later operations have made irrelevant')
    .option('--crypto <provider>', 'node or noble', 'node')
    .option('--capabilities <names>', 'what to select of COMPRESSION,SELECTIVE_SYNC (default: both)')
    .option('--limit <NAME=VALUE>', 'change a limit or a timer; may be given several times', collect)
    .option('--statement', 'print the conformance statement of this node and end')
    .option('--trace', 'print every message to stderr, without secrets')
    .option('--fixed-keys <hex>', 'use this private key on every connection: for comparing bytes, never for data');
  if (settings.resolveMutant !== undefined) command.option('--mutant <name>', 'be wrong in exactly this way');
  return command.action(async (options: NodeOptions) => {
    try {
      await runNode(options, settings);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof StorageError) && !isSystemError(error)) throw error;
      command.error(`error: ${sentence(error, options.listen)}`, { exitCode: IMPOSSIBLE });
    }
  });
}

async function runNode(options: NodeOptions, settings: NodeCommandSettings): Promise<void> {
  const mutation = mutationOf(options.mutant, settings);
  const limits = withLimits(
    Object.fromEntries((options.limit ?? []).map(parseLimit).map(({ name, value }) => [name, value])),
    {
      ...withLimits({}),
      ...mutation?.limits,
    },
  );
  const credential = options.psk === undefined ? undefined : credentialOf(options.psk, limits);
  const capabilities = capabilitiesOf(options.capabilities);
  if (options.statement === true) {
    const auth = credential === undefined ? 'none' : 'psk';
    const log = options.data === undefined ? 'memory' : 'durable';
    process.stdout.write(`${JSON.stringify(statementOf(auth, capabilities, limits, log))}\n`);
    return;
  }
  const { crypto, node, parts } = await cryptoOf(options);
  const print = (line: string): void => void process.stderr.write(`${line}\n`);
  const mutated = mutation?.mutate(parts) ?? parts;
  const databases = options.database ?? ['bugs'];
  const data = dataOf(options, databases, crypto, mutated);
  for (const finding of data?.findings ?? []) print(`warning: ${finding}`);
  const serve = mutation?.serve ?? ((options: ServerOptions) => new Server(options));
  const server = serve({
    databases,
    replicas: data?.replicas,
    node: node ?? data?.node,
    credential,
    capabilities,
    crypto,
    limits,
    parts: options.trace === true ? tracing(mutated, print) : mutated,
    ...(options.trace === true ? { onEnding: (connection, ending) => print(traceEnding(connection, ending)) } : {}),
  });
  const url = await server.listen(options.listen);
  if (options.fixedKeys !== undefined) print('warning: with --fixed-keys nothing on any connection is secret');
  closeOnSignal(server, data);
  const ready = { url, database: databases[0], node: server.node.toHex(), pid: process.pid };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** Milliseconds in which a second signal is the first one again: npm passes on what the whole process group has got. */
const SAME_SIGNAL = 500;

/** The first signal says CLOSE to every client, a later one ends at once. */
function closeOnSignal(server: Server, data: Data | undefined): void {
  let first: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (first !== undefined && now - first > SAME_SIGNAL) process.exit(1);
    if (first !== undefined) return;
    first = now;
    void server.close().then(() => {
      data?.close();
      process.exit(0);
    });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function dataOf(
  { data, passwordFile, compact }: NodeOptions,
  databases: readonly string[],
  crypto: CryptoProvider,
  { createLog }: ServerParts,
): Data | undefined {
  if (data === undefined) {
    if (passwordFile === undefined && compact === undefined) return undefined;
    throw new RangeError('--password-file and --compact are about the data folder: name it by --data');
  }
  const password = passwordFile === undefined ? undefined : readPasswordFile(passwordFile);
  return openData(data, databases, { crypto, scheduler: systemScheduler, password, createLog, compact });
}

function credentialOf(path: string, limits: Limits): ServerCredential {
  const { kid, psk } = readPskFile(path);
  return serverPsks([[kid, psk]], limits.PSK_BYTES);
}

/** The bits of a list of names with commas; an empty list is none. */
function capabilitiesOf(names: string | undefined): number {
  if (names === undefined) return SERVER_CAPABILITIES;
  return names
    .split(',')
    .filter((name) => name !== '')
    .reduce((bits, name) => {
      const bit = (Capability as { readonly [name: string]: number })[name] ?? 0;
      if ((bit & SERVER_CAPABILITIES) !== 0) return bits | bit;
      throw new RangeError(`--capabilities takes COMPRESSION and SELECTIVE_SYNC, not ${JSON.stringify(name)}`);
    }, 0);
}

async function cryptoOf(
  options: NodeOptions,
): Promise<{ crypto: CryptoProvider; node: Id | undefined; parts: ServerParts }> {
  const crypto = await PROVIDERS[options.crypto]?.();
  if (crypto === undefined) throw new RangeError(`--crypto is node or noble, not ${JSON.stringify(options.crypto)}`);
  if (options.fixedKeys === undefined) return { crypto, node: undefined, parts: standardServerParts };
  const key = privateKeyOf(crypto, options.fixedKeys);
  const parts: ServerParts = { ...standardServerParts, randomness: (own) => fixedKeys(own, key) };
  return { crypto, node: Id.from(crypto.sha256(crypto.publicKeyOf(key))), parts };
}

function privateKeyOf(crypto: CryptoProvider, hex: string): Uint8Array {
  try {
    const key = fromHex(hex);
    if (key.length === 32 && crypto.publicKeyOf(key).length > 0) return key;
  } catch {} // the sentence below says it all
  throw new RangeError('--fixed-keys takes a P-256 private key: 64 hex digits, from 1 to n - 1');
}

function mutationOf(name: string | undefined, { resolveMutant }: NodeCommandSettings): NodeMutation | undefined {
  if (name === undefined) return undefined;
  const mutation = resolveMutant?.(name);
  if (mutation === undefined) throw new RangeError(`no mutant is called ${JSON.stringify(name)}`);
  return mutation;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function sentence(error: Error, url: string): string {
  if (!isSystemError(error)) return error.message;
  if (error.code === 'EADDRINUSE') return `${url} is in use by another process`;
  return `cannot listen on ${url} (${error.code})`;
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
