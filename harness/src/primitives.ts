/** What cases that are code may use below the codec: the catalogue imports the harness and the codec, and nothing else. */
import { nodeCrypto } from '../../reference/src/crypto/node.ts';

export { admitControl } from '../../reference/src/channel/admission.ts';

/** SHA-256 of the parts, one after the other; 32 bytes. */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => nodeCrypto.sha256(...parts);
