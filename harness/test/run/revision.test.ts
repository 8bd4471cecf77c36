import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SPEC_REVISION } from '../../src/run/report.ts';

it('reports name the revision of the spec that the catalogue was written from', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../spec/README.md'), 'utf8');
  const [, revision] = /^\| revision \| (\d+),/m.exec(readme) ?? [];
  expect(SPEC_REVISION).toBe(`blazedb/1.0 revision ${revision}`);
});
