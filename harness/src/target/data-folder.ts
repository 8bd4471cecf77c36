import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessFault } from '../failure.ts';

/** The data of one node that the kit started, and the copies that a case keeps of it. */
export class DataFolder {
  readonly #root: string;
  readonly #copies = new Set<string>();
  /** Its path; it exists and is empty. */
  readonly data: string;

  constructor() {
    this.#root = mkdtempSync(join(tmpdir(), 'blazedb-kit-'));
    this.data = join(this.#root, 'data');
    mkdirSync(this.data);
  }

  /** Only while the node is down. */
  backup(name: string): void {
    this.#copies.add(name);
    rmSync(this.#copy(name), { recursive: true, force: true });
    cpSync(this.data, this.#copy(name), { recursive: true, preserveTimestamps: true });
  }

  /** Only while the node is down. Throws HarnessFault when there is no such copy. */
  restore(name: string): void {
    if (!this.#copies.has(name)) throw new HarnessFault(`there is no backup ${name}`);
    rmSync(this.data, { recursive: true, force: true });
    cpSync(this.#copy(name), this.data, { recursive: true, preserveTimestamps: true });
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 3 });
  }

  #copy(name: string): string {
    return join(this.#root, `copy-${encodeURIComponent(name)}`);
  }
}
