import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { OperationType } from '../../../reference/src/registry.ts';
import { compareUtf8, indexRecord, type Value } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import type { OperationDraft } from '../message/draft.ts';
import { layoutOperation, OPERATION_PARTS } from '../message/operation.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveExtensions, withFirst } from './extensions.ts';
import { resolveNumber } from './number.ts';
import { resolveRecord } from './record.ts';
import { sealedParts } from './sealed-operation.ts';
import { resolveText } from './text.ts';

type Spec = { readonly [member: string]: unknown };

/** A fresh, valid insert into the case's collection. */
export function freshOperation(environment: Environment): OperationDraft {
  return {
    kind: 'operation',
    id: environment.fresh.id().toBytes(),
    counter: 1,
    node: environment.node.toBytes(),
    type: OperationType.insert,
    collection: String(environment.get('collection')),
    record: environment.fresh.id().toBytes(),
    changes: [['title', `kit ${environment.fresh.u32()}`]],
    extensions: [],
    parts: new Map(),
  };
}

/** The operation that a script names; one that was not defined yet becomes a fresh insert. */
export function namedOperation(name: string, environment: Environment): OperationDraft {
  const filled = environment.fill(name);
  const known = environment.operations.get(filled);
  if (known !== undefined) return known;
  const fresh = freshOperation(environment);
  environment.operations.set(filled, fresh);
  return fresh;
}

/** A name, or an operation written out. */
export function resolveOperation(value: unknown, environment: Environment): OperationDraft {
  if (typeof value === 'string') return namedOperation(value, environment);
  return mergeOperation(freshOperation(environment), value as Spec, environment);
}

/** `base` with the members of `spec` in place of its own. */
export function mergeOperation(base: OperationDraft, spec: Spec, environment: Environment): OperationDraft {
  const text = (value: unknown): string => resolveText(value, environment);
  const bytes = (value: unknown): Uint8Array => resolveBytes(value, environment);
  let draft: OperationDraft = { ...base, ...ofType(spec.type) };
  const { index } = spec;
  if (index !== undefined) draft = { ...draft, ...ofIndex(text(index), draft.type) };
  for (const [member, value] of Object.entries(spec)) {
    if (member === 'id' || member === 'node' || member === 'record') draft = { ...draft, [member]: bytes(value) };
    else if (member === 'counter') draft = { ...draft, counter: resolveNumber(value, environment) };
    else if (member === 'collection') draft = { ...draft, collection: text(value) };
    else if (member === 'changes') draft = { ...draft, changes: resolveRecord(value, environment) };
    else if (member === 'extensions') draft = { ...draft, extensions: resolveExtensions(value, environment) };
    else if (member === 'team') draft = { ...draft, extensions: withFirst(draft.extensions, bytes(value)) };
    else if (member === 'bytes') draft = { ...draft, bytes: bytes(value) };
    else if (member === 'sealed') {
      draft = { ...draft, type: 7, parts: new Map([...draft.parts, ...sealedParts(value, spec.team, environment)]) };
    } else if (member.endsWith('-bytes')) draft = withPart(draft, member.slice(0, -'-bytes'.length), bytes(value));
    else if (!['type', 'index', 'size'].includes(member)) throw new HarnessFault(`an operation has no ${member}`);
  }
  return spec.size === undefined ? draft : ofSize(draft, resolveNumber(spec.size, environment));
}

/** A part as it shall stand, empty for none. */
export function withPart(draft: OperationDraft, part: string, bytes: Uint8Array): OperationDraft {
  if (!(OPERATION_PARTS as readonly string[]).includes(part))
    throw new HarnessFault(`an operation has no part ${part}`);
  return { ...draft, parts: new Map([...draft.parts, [part, bytes]]) };
}

const EMPTY_CHANGES = new Set(['delete', 'dropIndex']);

function ofType(name: unknown): Partial<OperationDraft> {
  if (name === undefined) return {};
  const type = OperationType[name as keyof typeof OperationType];
  return EMPTY_CHANGES.has(String(name)) ? { type, changes: [] } : { type };
}

/** Record id and changes of an index operation (spec section 7.5). */
function ofIndex(name: string, type: number): Partial<OperationDraft> {
  const changes: readonly (readonly [string, Value])[] =
    type === OperationType.createIndex
      ? [
          ['fields', ['title']],
          ['name', name],
        ]
      : [];
  return { record: indexRecord(name, nodeCrypto.sha256).toBytes(), changes };
}

/** Bytes of a data field `pad` beside its content. */
const PAD_OVERHEAD = 1 + 2 + 3 + 1 + 4;

function ofSize(draft: OperationDraft, size: number): OperationDraft {
  const bare = { ...draft, changes: draft.changes.filter(([name]) => name !== 'pad') };
  const missing = size - layoutOperation(bare).bytes.length - PAD_OVERHEAD;
  if (missing < 0) throw new HarnessFault(`an operation cannot be made of ${size} bytes`);
  const changes = [...bare.changes, ['pad', new Uint8Array(missing)] as const];
  return { ...draft, changes: changes.sort(([x], [y]) => compareUtf8(x, y)) };
}
