/**
 * `folder.json` of a data folder. It has one form, down to the byte, and a CRC-32 over it, so that a damage is found and
 * not taken for a wrong password.
 */
import { crc32 } from '../bytes/crc32.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { Id } from '../bytes/id.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import type { ScryptCost } from '../crypto/scrypt.ts';

export interface FolderHeader {
  /** Of the node whose folder this is: made once, kept for ever. */
  readonly node: Id;
  readonly encryption: FolderEncryption | undefined;
}

export interface FolderEncryption {
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  /** What the right password gives. */
  readonly check: Uint8Array;
}

const FORMAT = 'blazedb data folder';
const VERSION = 1;
const HEX_16 = /^[0-9a-f]{32}$/;

export const MOST_HEADER_JSON_BYTES = 4096;

export function encodeFolderHeader({ node, encryption }: FolderHeader): Uint8Array {
  const members = {
    format: FORMAT,
    version: VERSION,
    node: node.toHex(),
    encryption:
      encryption === undefined
        ? null
        : {
            cipher: 'AES-256-GCM',
            kdf: 'scrypt',
            log2N: encryption.cost.log2N,
            r: encryption.cost.r,
            p: encryption.cost.p,
            salt: toHex(encryption.salt),
            check: toHex(encryption.check),
          },
  };
  const crc = crc32(encodeUtf8(JSON.stringify(members)))
    .toString(16)
    .padStart(8, '0');
  return encodeUtf8(`${JSON.stringify({ ...members, crc }, null, 2)}\n`);
}

/** Throws RangeError with what is wrong, as the end of a sentence about the file. */
export function decodeFolderHeader(bytes: Uint8Array): FolderHeader {
  const text = decodeUtf8(bytes);
  const { format, version, node, encryption } = parse(text);
  if (format === FORMAT && typeof version === 'number' && version > VERSION)
    throw new RangeError(`is of version ${version}, which a newer node has made; this one knows version ${VERSION}`);
  const header = HEX_16.test(String(node)) && {
    node: Id.fromHex(String(node)),
    encryption: parseEncryption(encryption),
  };
  if (header !== false && decodeUtf8(encodeFolderHeader(header)) === text) return header;
  throw new RangeError('is damaged, or no header of a data folder');
}

type Members = { readonly [name: string]: unknown };

function parse(text: string | undefined): Members {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null) return value as Members;
  } catch {} // the sentence below says it all
  throw new RangeError('is damaged, or no header of a data folder');
}

function parseEncryption(value: unknown): FolderEncryption | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { log2N, r, p, salt, check } = value as Members;
  if (!HEX_16.test(String(salt)) || !HEX_16.test(String(check))) return undefined;
  return {
    cost: { log2N: Number(log2N), r: Number(r), p: Number(p) },
    salt: fromHex(String(salt)),
    check: fromHex(String(check)),
  };
}
