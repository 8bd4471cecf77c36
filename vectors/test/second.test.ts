import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Entry, LISTS, NAMES, read, VECTORS } from './files.ts';

const SECOND = join(VECTORS, 'second');

interface Result {
  readonly topics: { readonly [topic: string]: { readonly [list: string]: number } };
  readonly failures: readonly string[];
}

/** Runs it as a program of its own: nothing of ours is loaded with it. */
async function check(folder: string): Promise<Result> {
  const program = promisify(execFile)(process.execPath, [join(SECOND, 'check.mjs'), folder]);
  const { stdout } = await program.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Result;
}

/** The vectors in a folder of their own, one file changed. */
async function checkChanged(
  name: string,
  change: (file: { valid: Entry[]; invalid: Entry[] }) => void,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vectors-'));
  const file = JSON.parse(JSON.stringify(read(name))) as { valid: Entry[]; invalid: Entry[] };
  change(file);
  await writeFile(join(folder, name), JSON.stringify(file));
  const result = await check(folder);
  await rm(folder, { recursive: true });
  return result;
}

describe('the second derivation', () => {
  it('makes the bytes of every valid vector and refuses every invalid one for its reason', async () => {
    const { topics, failures } = await check(VECTORS);
    expect(failures).toEqual([]);
    for (const name of NAMES) {
      const file = read(name);
      for (const list of LISTS) {
        expect(topics[file.topic]?.[list], `${name} ${list}`).toBe(file[list]?.length);
        if (file[list] !== undefined) expect(file[list].length).toBeGreaterThan(0);
      }
    }
    expect(Object.keys(topics).length).toBe(NAMES.length);
  });

  it('finds one wrong byte, one wrong reason and a vector on the wrong side', async () => {
    const wrongByte = await checkChanged('operations.json', ({ valid }) => {
      valid[0] = { ...valid[0]!, bytes: valid[0]!.bytes.replace(/.$/, '0') };
    });
    expect(wrongByte.failures).toHaveLength(1);
    const wrongReason = await checkChanged('operations.json', ({ invalid }) => {
      invalid[0] = { ...invalid[0]!, reason: 'operation.type' };
    });
    expect(wrongReason.failures).toHaveLength(1);
    const accepted = await checkChanged('records.json', ({ valid, invalid }) => {
      invalid.push({ ...invalid[0]!, bytes: valid[0]!.v1 });
    });
    expect(accepted.failures).toHaveLength(1);
  });

  it('imports nothing but Node and itself', async () => {
    const files = (await readdir(SECOND, { recursive: true })).filter((path) => path.endsWith('.mjs'));
    expect(files.length).toBeGreaterThan(10);
    for (const path of files) {
      const source = await readFile(join(SECOND, path), 'utf8');
      for (const [, from] of source.matchAll(/from '([^']+)'/g))
        expect(from, path).toMatch(/^(node:|\.{1,2}\/[\w/-]+\.mjs$)/);
      for (const [, from] of source.matchAll(/from '\.\.\/([^']+)'/g)) expect(path, from).toMatch(/^topics/);
    }
  });
});
