import { type ChildProcess, spawn } from 'node:child_process';
import { type Address, parseAddress } from '../address.ts';
import { UsageError } from '../failure.ts';
import { dial, freePort } from '../peer/link.ts';
import { Changes } from '../peer/wait.ts';
import type { DataSwap, Ending } from './case-node.ts';
import { DataFolder } from './data-folder.ts';
import { atExit } from './leftovers.ts';
import { groupGone, signalGroup } from './process-group.ts';

/** Milliseconds that a node may take to listen. */
const START_LIMIT = 10_000;
/** Milliseconds between SIGTERM and SIGKILL. */
const TERM_LIMIT = 3_000;
/** Milliseconds between two looks at the port of a node that prints nothing. */
const LOOK = 25;
/** Characters kept of what the node writes. */
const KEPT_OUTPUT = 4_000;

/** Ports of nodes that are there: one that is free just now may have been promised to another node. */
const ports = new Set<number>();

async function ownPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (ports.has(port)) continue;
    ports.add(port);
    return port;
  }
}

/** First words that the shell itself deals with: there is no program of that name to take its place. */
const SHELL_WORDS: ReadonlySet<string> = new Set(
  `. : alias bg break builtin case cd command continue do done elif else esac eval exec exit export fc fg fi for function
  getopts hash if jobs local read readonly return select set shift source then time times trap type ulimit umask unalias
  unset until wait while`.split(/\s+/),
);

/** One plain command takes the place of its shell, so that its end is seen at once; anything else stays as it is. */
export function inPlace(command: string): string {
  const [, first] = /^([\w@%+:,./-]+) [^;&|<>()`$\n]*$/.exec(command) ?? [];
  return first === undefined || SHELL_WORDS.has(first) ? command : `exec ${command}`;
}

/** A node that the kit starts: its own process group, a port and a data folder of its own, gone with the kit. */
export class ExecTarget {
  readonly #command: string;
  readonly #port: number;
  readonly #folder: DataFolder;
  readonly #forget: () => void;
  readonly #changes = new Changes();
  #child: ChildProcess | undefined;
  #output = '';
  #line = '';
  #exit: Promise<void> | undefined;
  #exited = '';
  #spawnError: string | undefined;
  #address: Address | undefined;

  private constructor(command: string, port: number) {
    this.#folder = new DataFolder();
    this.#command = command.replaceAll('{port}', String(port)).replaceAll('{data}', this.#folder.data);
    this.#port = port;
    this.#forget = atExit(() => this.#vanish());
  }

  /** `command` is run by the shell; `{port}` and `{data}` are filled in. Throws UsageError when no node comes up. */
  static async start(command: string): Promise<{ readonly target: ExecTarget; readonly address: Address }> {
    const target = new ExecTarget(command, await ownPort());
    try {
      return { target, address: await target.#launch(command.includes('{port}')) };
    } catch (error) {
      await target.stop();
      throw error;
    }
  }

  get address(): Address {
    return this.#address!;
  }

  /** Ends the node and starts it again with the same command. Throws UsageError when it does not come up. */
  async restart(how: Ending, { backup, restore }: DataSwap = {}): Promise<void> {
    await this.#end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    if (restore !== undefined) this.#folder.restore(restore);
    if (backup !== undefined) this.#folder.backup(backup);
    await this.#launch(true);
  }

  /** Ends it, `kill` for one whose data nobody wants any more, and removes what it left. */
  async stop(how: Ending = 'term'): Promise<void> {
    await this.#end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    this.#forget();
    ports.delete(this.#port);
    this.#folder.remove();
  }

  async #launch(portIsTold: boolean): Promise<Address> {
    this.#output = '';
    this.#line = '';
    this.#exited = '';
    const child = spawn('sh', ['-c', inPlace(this.#command)], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      if (this.#line.length < KEPT_OUTPUT) this.#line += chunk.toString();
      this.#changes.changed();
    });
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      this.#spawnError = error.message;
      this.#changes.changed();
    });
    this.#exit = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        this.#exited = signal === null ? `status ${code}` : signal;
        this.#changes.changed();
        resolve();
      }),
    );
    this.#address = await this.#listening(portIsTold);
    return this.#address;
  }

  /** Waits for the node's JSON line, or for its port to take a connection. */
  async #listening(portIsTold: boolean): Promise<Address> {
    const handler = { onBytes: () => {}, onEnd: () => {} };
    const told = parseAddress(`tcp://127.0.0.1:${this.#port}`);
    const begun = performance.now();
    while (performance.now() - begun < START_LIMIT) {
      const said = this.#saidUrl();
      if (said !== undefined) return said;
      if (this.#exited !== '' || this.#spawnError !== undefined) break;
      const link = portIsTold ? await dial(told, handler, 500).catch(() => undefined) : undefined;
      link?.destroy();
      // a node that prints its line is believed: it may have bound another address than the one that was tried
      if (link !== undefined) return this.#saidUrl() ?? told;
      await this.#changes.next(LOOK);
    }
    const how =
      this.#spawnError ?? (this.#exited === '' ? 'it did not listen within 10 s' : `it ended: ${this.#exited}`);
    const last = this.#output.trim().split('\n').slice(-5).join('\n  ');
    throw new UsageError(`the node of --exec did not come up: ${how}${last === '' ? '' : `\n  ${last}`}`);
  }

  #saidUrl(): Address | undefined {
    for (const line of this.#line.split('\n').slice(0, -1)) {
      if (!line.startsWith('{')) continue;
      try {
        const { url } = JSON.parse(line) as { readonly url?: unknown };
        if (typeof url === 'string') return parseAddress(url);
      } catch {
        // not the line that is meant
      }
    }
    return undefined;
  }

  /** The signal is on its way before this returns. */
  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || this.#exited !== '') return;
    signalGroup(child.pid, signal);
    const timer = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), TERM_LIMIT);
    await this.#exit;
    clearTimeout(timer);
    signalGroup(child.pid, 'SIGKILL'); // what else is in its group
    await groupGone(child.pid);
  }

  /** The node does not outlive the kit, however that ends. */
  #vanish(): void {
    if (this.#child?.pid !== undefined && this.#exited === '') signalGroup(this.#child.pid, 'SIGKILL');
    this.#folder.remove();
  }
}
