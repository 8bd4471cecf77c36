/** Processes that are started in order to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../../..');

export interface Running {
  readonly process: ChildProcess;
  /** Its first line. */
  readonly first: string;
  /** Calls `take` with every later line. */
  onLine(take: (line: string) => void): void;
  kill(): Promise<void>;
}

/** The command of the kit, built or from its sources. */
export function kit(isBuilt: boolean): string[] {
  return isBuilt
    ? [join(ROOT, 'dist/harness/src/cli/main.js')]
    : ['--import', 'tsx', join(ROOT, 'harness/src/cli/main.ts')];
}

export function ownScript(name: string): string[] {
  return ['--import', 'tsx', join(import.meta.dirname, name)];
}

/** Resolves when the process has printed its first line. Rejects when it ends before. */
export async function start(command: readonly string[], ...options: string[]): Promise<Running> {
  const child = spawn(process.execPath, [...command, ...options], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  let take: (line: string) => void = () => {};
  const first = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${command.at(-1)} ended with ${code}: ${said}`)));
    let isFirst = true;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (isFirst) resolve(line);
      else take(line);
      isFirst = false;
    });
  });
  return {
    process: child,
    first,
    onLine: (listener) => {
      take = listener;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
