import { FrameType } from '../../../reference/src/registry.ts';
import { HarnessFault } from '../failure.ts';
import type { BatchDraft, Draft } from '../message/draft.ts';
import { codeOf } from '../peer/codes.ts';
import { defaultHello } from '../peer/defaults.ts';
import type { Peer } from '../peer/peer.ts';
import { resolveBytes } from './bytes.ts';
import { isControlName, resolveControl } from './control.ts';
import type { Environment } from './environment.ts';
import { mergeHello } from './hello.ts';
import { resolveNumber } from './number.ts';
import { namedOperation, resolveOperation } from './operation.ts';
import { resolveRecord } from './record.ts';

type Spec = { readonly [member: string]: unknown };

/** The message that a script asks for, with every default of this moment filled in. */
export function resolveMessage(value: unknown, peer: Peer, environment: Environment): Draft {
  if (typeof value === 'string') return ofName(value, {}, peer, environment);
  const [[name, members] = ['', undefined], ...others] = Object.entries(value as Spec);
  if (others.length > 0) throw new HarnessFault(`a message has one name, not ${Object.keys(value as Spec).join(', ')}`);
  return ofName(name, members, peer, environment);
}

function ofName(name: string, members: unknown, peer: Peer, environment: Environment): Draft {
  const spec = (typeof members === 'object' && members !== null ? members : {}) as Spec;
  if (isControlName(name)) return resolveControl(name, members, peer, environment);
  switch (name) {
    case 'HELLO':
      return mergeHello(defaultHello(peer), spec, environment);
    case 'VERIFY': {
      const payload = 'mac' in spec ? resolveBytes(spec.mac, environment) : peer.transcript.mac;
      return { kind: 'clear', name, payload };
    }
    case 'WELCOME':
    case 'COMPLETE': {
      const payload = 'payload' in spec ? resolveBytes(spec.payload, environment) : new Uint8Array(0);
      return { kind: 'clear', name, payload };
    }
    case 'ALERT': {
      const code = typeof members === 'string' || typeof members === 'number' ? codeOf(members) : 0x0605;
      return { kind: 'clear', name, payload: Uint8Array.of(code >>> 8, code) };
    }
    case 'operation':
      return resolveOperation(members === undefined || Object.is(members, spec) ? spec : members, environment);
    case 'batch':
      return resolveBatch(Object.keys(spec).length === 0 ? [{}, {}] : members, environment);
    case 'control': {
      const fields = new Map(spec.fields === undefined ? [] : resolveRecord(spec.fields, environment));
      const record = 'record-bytes' in spec ? resolveBytes(spec['record-bytes'], environment) : undefined;
      return { kind: 'control', name: 'UNKNOWN', id: resolveNumber(spec.id, environment), fields, record };
    }
    case 'sealed': {
      const plaintext = resolveBytes(spec.plaintext, environment);
      return { kind: 'sealed', type: frameType(spec.type, environment), plaintext };
    }
    case 'frame': {
      const length = 'length' in spec ? resolveNumber(spec.length, environment) : undefined;
      const payload = 'payload' in spec ? resolveBytes(spec.payload, environment) : new Uint8Array(0);
      return { kind: 'frame', type: frameType(spec.type, environment), payload, length };
    }
    case 'bytes':
      return { kind: 'bytes', bytes: resolveBytes(members, environment) };
  }
  throw new HarnessFault(`there is no message ${JSON.stringify(name)}`);
}

/** A frame type by name or number. */
export function frameType(value: unknown, environment: Environment): number {
  const named = typeof value === 'string' ? FrameType[value as keyof typeof FrameType] : undefined;
  return named ?? resolveNumber(value, environment);
}

/** A list of operations, or the batch with parts replaced. */
export function resolveBatch(value: unknown, environment: Environment): BatchDraft {
  const spec = (Array.isArray(value) ? { operations: value } : value) as Spec;
  const number = (member: string): number | undefined =>
    member in spec ? resolveNumber(spec[member], environment) : undefined;
  const bytes = (member: string): Uint8Array | undefined =>
    member in spec ? resolveBytes(spec[member], environment) : undefined;
  return {
    kind: 'batch',
    operations: resolveOperations(spec.operations ?? [], environment),
    packed: spec.packed === true,
    flags: number('flags'),
    count: number('count'),
    rawLength: number('raw-length'),
    body: bytes('body'),
    packedBytes: bytes('packed-bytes'),
  };
}

/** A list of operations, or `{fresh: n, as: name}` for so many fresh ones. */
export function resolveOperations(value: unknown, environment: Environment): BatchDraft['operations'] {
  if (Array.isArray(value)) return value.map((of) => resolveOperation(of, environment));
  const { fresh, as } = value as { readonly fresh: unknown; readonly as?: string };
  const count = resolveNumber(fresh, environment);
  return Array.from({ length: count }, (_, i) =>
    as === undefined ? resolveOperation({}, environment) : namedOperation(`${as}${i}`, environment),
  );
}

/** The operations that a message carries. */
export function operationsOf(draft: Draft): BatchDraft['operations'] {
  if (draft.kind === 'operation') return [draft];
  return draft.kind === 'batch' ? draft.operations : [];
}
