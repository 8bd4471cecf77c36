import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, parseAddress } from '../address.ts';
import { UsageError } from '../failure.ts';
import { dial, freePort } from '../peer/link.ts';

/** Milliseconds that a node may take to listen. */
const START_LIMIT = 10_000;
/** Milliseconds between SIGTERM and SIGKILL. */
const TERM_LIMIT = 3_000;
/** Characters kept of what the node writes. */
const KEPT_OUTPUT = 4_000;

/** A node that the kit starts: its own process group, a port and a data folder of its own, gone with the kit. */
export class ExecTarget {
  readonly #command: string;
  readonly #port: number;
  readonly #data: string;
  #child: ChildProcess | undefined;
  #output = '';
  #line = '';
  #exit: Promise<void> | undefined;
  #exited = '';
  #spawnError: string | undefined;

  private constructor(command: string, port: number, data: string) {
    this.#command = command.replaceAll('{port}', String(port)).replaceAll('{data}', data);
    this.#port = port;
    this.#data = data;
  }

  /** `command` is run by the shell; `{port}` and `{data}` are filled in. Throws UsageError when no node comes up. */
  static async start(command: string): Promise<{ readonly target: ExecTarget; readonly address: Address }> {
    const data = mkdtempSync(join(tmpdir(), 'blazedb-kit-'));
    const target = new ExecTarget(command, await freePort(), data);
    try {
      return { target, address: await target.#launch(command.includes('{port}')) };
    } catch (error) {
      await target.stop();
      throw error;
    }
  }

  /** Ends the node and starts it again with the same command. */
  async restart(how: 'term' | 'kill'): Promise<void> {
    await this.#end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await this.#launch(true);
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    process.off('exit', this.#onExit);
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #launch(portIsTold: boolean): Promise<Address> {
    this.#output = '';
    this.#line = '';
    this.#exited = '';
    const child = spawn('sh', ['-c', this.#command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    process.once('exit', this.#onExit);
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      if (this.#line.length < KEPT_OUTPUT) this.#line += chunk.toString();
    });
    child.stderr.on('data', keep);
    child.on('error', (error) => (this.#spawnError = error.message));
    this.#exit = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        this.#exited = signal === null ? `status ${code}` : signal;
        resolve();
      }),
    );
    return this.#listening(portIsTold);
  }

  /** Waits for the node's JSON line, or for its port to take a connection. */
  async #listening(portIsTold: boolean): Promise<Address> {
    const handler = { onBytes: () => {}, onEnd: () => {} };
    const told = parseAddress(`tcp://127.0.0.1:${this.#port}`);
    for (let waited = 0; waited < START_LIMIT; waited += 25) {
      const said = this.#saidUrl();
      if (said !== undefined) return said;
      if (this.#exited !== '' || this.#spawnError !== undefined) break;
      const link = portIsTold ? await dial(told, handler, 500).catch(() => undefined) : undefined;
      link?.destroy();
      // a node that prints its line is believed: it may have bound another address than the one that was tried
      if (link !== undefined) return this.#saidUrl() ?? told;
      await Promise.race([this.#exit, new Promise((resolve) => setTimeout(resolve, 25))]);
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

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || this.#exited !== '') return;
    this.#signal(child.pid, signal);
    const timer = setTimeout(() => this.#signal(child.pid!, 'SIGKILL'), TERM_LIMIT);
    await this.#exit;
    clearTimeout(timer);
    this.#signal(child.pid, 'SIGKILL'); // what else is in its group
  }

  /** The node does not outlive the kit, however that ends. */
  readonly #onExit = (): void => {
    if (this.#child?.pid !== undefined && this.#exited === '') this.#signal(this.#child.pid, 'SIGKILL');
  };

  #signal(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(-pid, signal);
    } catch {
      // it is gone already
    }
  }
}
