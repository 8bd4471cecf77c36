import { encodeUtf8 } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import { build, FRAME_REGIONS, type Message } from '../message/build.ts';
import { damage, type Edit } from '../message/damage.ts';
import type { BatchDraft, Draft } from '../message/draft.ts';
import { codeOf } from '../peer/codes.ts';
import type { Peer } from '../peer/peer.ts';
import type { NonceParts } from '../peer/sealing.ts';
import { resolveBytes } from './bytes.ts';
import { mergeControl, removeField } from './control.ts';
import { resolveEdit } from './edit.ts';
import type { Environment } from './environment.ts';
import { mergeHello, withHelloPart } from './hello.ts';
import { frameType, resolveMessage, resolveOperations } from './message.ts';
import { resolveNumber } from './number.ts';
import { mergeOperation, withPart } from './operation.ts';

type Spec = { readonly [member: string]: unknown };

/** What goes out in place of a message: the message with exactly one change, or it and a neighbour. */
export interface Changed {
  readonly messages: readonly Message[];
  /** In words, for failures: "PING with tag changed". */
  readonly what: string;
}

export function applyChange(draft: Draft, change: Spec, peer: Peer, environment: Environment): Changed {
  const message = build(draft);
  const { name } = message;
  const other = (value: unknown): Message => build(resolveMessage(value, peer, environment));
  if ('set' in change) {
    const [[member, value] = ['', undefined]] = Object.entries(change.set as Spec);
    return {
      messages: [build(setMember(draft, member, value, peer, environment))],
      what: `${name} with another ${member}`,
    };
  }
  if ('remove' in change) {
    return { messages: [build(without(draft, String(change.remove)))], what: `${name} without ${change.remove}` };
  }
  if ('in' in change) {
    const region = String(change.in);
    const edit = resolveEdit(change, environment);
    const changed = isPackedRegion(draft, region) ? damagePacked(draft, region, edit) : damage(message, region, edit);
    return { messages: [changed], what: `${name} with ${region} changed` };
  }
  if ('nonce' in change) {
    const nonce = resolveNonce(change.nonce as Spec, peer, environment);
    return { messages: [{ ...message, nonce }], what: `${name} under another nonce` };
  }
  if ('key' in change) {
    const key = resolveBytes(change.key, environment);
    return { messages: [{ ...message, key }], what: `${name} under another key` };
  }
  if ('repeat' in change) {
    const times = resolveNumber(change.repeat, environment);
    return { messages: Array.from({ length: times }, () => message), what: `${name} ${times} times` };
  }
  if ('instead' in change) {
    const instead = other(change.instead);
    return { messages: [instead], what: `${instead.name} in place of ${name}` };
  }
  if ('before' in change) {
    const before = other(change.before);
    return { messages: [before, message], what: `${before.name} before ${name}` };
  }
  if ('after' in change) {
    const after = other(change.after);
    return { messages: [message, after], what: `${after.name} after ${name}` };
  }
  throw new HarnessFault(`${JSON.stringify(change)} is no change`);
}

/** Whether the region lies in what is packed, so that the change goes before the packing. */
function isPackedRegion(draft: Draft, region: string): draft is BatchDraft {
  if (draft.kind !== 'batch' || !draft.packed) return false;
  return !['flags', 'raw-length', 'packed', 'plaintext', ...FRAME_REGIONS].includes(region);
}

function damagePacked(draft: BatchDraft, region: string, edit: Edit): Message {
  const raw = build({ ...draft, packed: false, flags: 0, rawLength: undefined });
  const body = damage(raw, region, edit).content.bytes.subarray(1);
  return build({ ...draft, body });
}

function setMember(draft: Draft, member: string, value: unknown, peer: Peer, environment: Environment): Draft {
  const spec = { [member]: value };
  switch (draft.kind) {
    case 'HELLO':
      return mergeHello(draft, spec, environment);
    case 'operation':
      return mergeOperation(draft, spec, environment);
    case 'control':
      return setControl(draft, member, value, peer, environment);
    case 'clear':
      if (member === 'code') {
        const code = codeOf(value as string | number);
        return { ...draft, payload: Uint8Array.of(code >>> 8, code) };
      }
      return { ...draft, payload: resolveBytes(value, environment) };
    case 'batch':
      return { ...draft, ...batchMember(member, value, environment) };
    case 'sealed':
    case 'frame':
      if (member === 'type') return { ...draft, type: frameType(value, environment) };
      if (member === 'length') return { ...draft, length: resolveNumber(value, environment) } as Draft;
      return { ...draft, [member]: resolveBytes(value, environment) } as Draft;
    case 'bytes':
      return { ...draft, bytes: resolveBytes(value, environment) };
  }
}

function setControl(
  draft: Draft & { readonly kind: 'control' },
  member: string,
  value: unknown,
  peer: Peer,
  environment: Environment,
): Draft {
  if (member === 'id') return { ...draft, id: resolveNumber(value, environment) };
  if (member === 'record-bytes') return { ...draft, record: resolveBytes(value, environment) };
  return mergeControl(draft, { [member]: value }, peer, environment);
}

function batchMember(member: string, value: unknown, environment: Environment): object {
  if (member === 'operations') return { operations: resolveOperations(value, environment) };
  if (member === 'packed') return { packed: value === true };
  if (member === 'raw-length') return { rawLength: resolveNumber(value, environment) };
  if (member === 'packed-bytes') return { packedBytes: resolveBytes(value, environment) };
  if (member === 'body') return { body: resolveBytes(value, environment) };
  if (member === 'flags' || member === 'count') return { [member]: resolveNumber(value, environment) };
  throw new HarnessFault(`a batch has no ${member} to set`);
}

const NOTHING = encodeUtf8('');

function without(draft: Draft, part: string): Draft {
  if (draft.kind === 'control') return removeField(draft, part);
  if (draft.kind === 'HELLO') return withHelloPart(draft, part, NOTHING);
  if (draft.kind === 'operation') return withPart(draft, part, NOTHING);
  throw new HarnessFault(`nothing can be removed from a ${draft.kind}`);
}

function resolveNonce(spec: Spec, peer: Peer, environment: Environment): NonceParts {
  const { counter } = spec;
  const relative = typeof counter === 'string';
  const due = peer.sealedCount;
  return {
    direction: 'direction' in spec ? resolveNumber(spec.direction, environment) : undefined,
    type: 'type' in spec ? frameType(spec.type, environment) : undefined,
    padding: 'padding' in spec ? resolveBytes(spec.padding, environment) : undefined,
    counter: counter === undefined ? undefined : relative ? due + Number(counter) : resolveNumber(counter, environment),
  };
}
