import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { encodeUtf8, toHex } from '../../../reference/src/wire/index.ts';
import type { Case } from './case.ts';

/** Names what was run: the same digest means the same cases. 16 hex digits; the order of the cases does not matter. */
export function catalogueDigest(cases: readonly Case[]): string {
  const lines = cases.map((of) => JSON.stringify({ ...of, source: undefined })).sort();
  return toHex(nodeCrypto.sha256(encodeUtf8(lines.join('\n')))).slice(0, 16);
}
