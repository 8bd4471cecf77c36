import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPskFile } from '../../src/node/psk-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'psk-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(contents: string, mode = 0o600): string {
  const path = join(folder, 'psk.json');
  writeFileSync(path, contents);
  chmodSync(path, mode);
  return path;
}

const right = JSON.stringify({ kid: 'k1', psk: '33'.repeat(32) });

describe('a psk file', () => {
  it('gives the key and its name', () => {
    expect(readPskFile(file(right))).toEqual({ kid: 'k1', psk: new Uint8Array(32).fill(0x33) });
  });

  it('is refused when others may read it', () => {
    for (const mode of [0o644, 0o640, 0o604, 0o660]) {
      expect(() => readPskFile(file(right, mode))).toThrow(/chmod 600/);
    }
    expect(() => readPskFile(file(right, 0o400))).not.toThrow();
  });

  it('is refused when it is not there, or not what it should be, without showing what it says', () => {
    expect(() => readPskFile(join(folder, 'none'))).toThrow(/cannot read the psk file .* \(ENOENT\)/);
    for (const contents of [
      '',
      'secret',
      'null',
      '[]',
      '{}',
      JSON.stringify({ kid: 'k1', psk: 'secret' }),
      JSON.stringify({ kid: 'k1', psk: '33'.repeat(31) }),
      JSON.stringify({ kid: '', psk: '33'.repeat(32) }),
      JSON.stringify({ psk: '33'.repeat(32) }),
      JSON.stringify({ kid: 1, psk: '33'.repeat(32) }),
    ]) {
      expect(() => readPskFile(file(contents)), contents).toThrow(RangeError);
      expect(() => readPskFile(file(contents)), contents).toThrow(/is not a psk file/);
      expect(() => readPskFile(file(contents)), contents).not.toThrow(/secret|3333/);
    }
  });
});
