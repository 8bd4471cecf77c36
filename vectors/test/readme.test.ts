import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entries, NAMES, type read, topic, VECTORS } from './files.ts';

const readme = readFileSync(join(VECTORS, 'README.md'), 'utf8');
const [program] = [...readme.matchAll(/```python\n([\s\S]*?)```/g)].map(([, code]) => code!);
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the README of the vectors', () => {
  it('names every file', () => {
    for (const name of NAMES) expect(readme).toContain(`\`${name}\``);
  });

  it('the consumer uses nothing but the standard library, and is short', () => {
    expect(program!.match(/^import .*$/gm)).toEqual(['import hashlib, hmac, json, zlib']);
    expect(program!.trim().split('\n').length).toBeLessThanOrEqual(40);
  });

  it.runIf(hasPython)('the consumer runs and checks every vector of its topics', () => {
    const output = execFileSync('python3', ['-c', program!], { cwd: VECTORS, encoding: 'utf8' });
    const expected = ['records', 'frames', 'key-schedule', 'arrival-logs'].map((name) => topic(name).valid.length);
    expect(output).toBe(`${expected.reduce((sum, n) => sum + n)} vectors\n`);
  });

  it('its example has the members of a vector', () => {
    const example = JSON.parse(readme.match(/```json\n([\s\S]*?)```/)![1]!) as ReturnType<typeof read>;
    const file = topic('records');
    expect(Object.keys(example)).toEqual(Object.keys(file).filter((name) => name !== 'unencodable'));
    for (const { id, ...shown } of entries(example)) {
      const vector = entries(file).find((entry) => entry.id === id)!;
      expect(vector).toMatchObject(Object.fromEntries(Object.entries(shown).filter(([name]) => name === 'source')));
    }
  });
});
