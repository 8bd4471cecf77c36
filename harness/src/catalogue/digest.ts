import { createHash } from 'node:crypto';
import type { Case } from './case.ts';

/** Names what was run: the same digest means the same cases. 16 hex digits; the order of the cases does not matter. */
export function catalogueDigest(cases: readonly Case[]): string {
  const lines = cases.map((of) => JSON.stringify({ ...of, source: undefined })).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
