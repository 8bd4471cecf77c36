/** Data that was not made by us. It is copied as it came; only its layout on the page is ours. */
import type { JsonRecord, JsonValue } from '../../reference/src/wire/record-json.ts';
import { readJson } from './root.ts';

/** What BlazeDB's own Swift code wrote, and what it did with given bytes. */
interface SwiftData {
  readonly source: {
    readonly project: string;
    readonly commit: string;
    readonly version: string;
    readonly compiler: string;
  };
  readonly records: readonly { name: string; fields: JsonRecord; v1: string; v2: string }[];
  readonly operations: readonly SwiftOperation[];
  readonly decoder: readonly { name: string; hex: string; note: string; swift: { accepts?: JsonRecord } }[];
}

export interface SwiftOperation {
  readonly name: string;
  readonly id: string;
  readonly counter: string;
  readonly node: string;
  readonly type: string;
  readonly collection: string;
  readonly record: string;
  readonly changes: JsonRecord;
  readonly compact: string;
}

export const swift = readJson('vectors/source/blazebinary-swift.json') as SwiftData;

/** One connection and one sealed operation, computed with Python from fixed keys. */
interface PythonData {
  readonly client: { privateKey: string; publicKey: string; node: string };
  readonly server: { privateKey: string; publicKey: string; node: string };
  readonly database: string;
  readonly challenge: string;
  readonly psk: string;
  readonly frames: { hello: string; welcome: string; verify: string; complete: string };
  readonly ecdhX: string;
  readonly linkKey: string;
  readonly transcriptHash: string;
  readonly clientProof: string;
  readonly serverProof: string;
  readonly sealed: readonly { sender: string; message: string; plaintext: string; frame: string }[];
  readonly operation: { plaintext: string; frame: string };
  readonly sealedOperation: {
    readonly team: string;
    readonly epochKey: string;
    readonly teamRoot: string;
    readonly nonce: string;
    readonly operation: string;
  };
}

export const python = readJson('vectors/source/handshake-python.json') as PythonData;

const { project, commit, version, compiler } = swift.source;

export const SWIFT = {
  swift: `Bytes of ${project} ${version}, commit ${commit}, ${compiler}: vectors/source/blazebinary-swift.json.`,
} as const;

export const PYTHON = {
  python: 'A derivation in Python from fixed keys: vectors/source/handshake-python.json.',
} as const;

export type { JsonRecord, JsonValue };
