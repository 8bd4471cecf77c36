import { ControlMessages, type ControlName } from '../../../reference/src/registry.ts';
import { controlForm, Id, type Value } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import type { ControlDraft } from '../message/draft.ts';
import { codeOf } from '../peer/codes.ts';
import { defaultControl } from '../peer/defaults.ts';
import type { Peer } from '../peer/peer.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';
import { resolveValue } from './record.ts';
import { nextScope } from './scope-number.ts';
import { resolveText } from './text.ts';

type Spec = { readonly [member: string]: unknown };
type Rule = ReturnType<typeof controlForm>['rules'][number];

export function isControlName(name: string): name is ControlName {
  return name in ControlMessages;
}

/** A right message of this name with the members of `spec` in place of the defaults; a bare code is short for `code`. */
export function resolveControl(name: ControlName, spec: unknown, peer: Peer, environment: Environment): ControlDraft {
  const members: Spec = typeof spec === 'object' ? ((spec ?? {}) as Spec) : { code: spec };
  const draft = defaultControl(peer, name);
  const scoped = name === 'SUBSCRIBE' && !('sc' in members) ? { ...members, sc: [{}] } : members;
  return mergeControl(draft, scoped, peer, environment);
}

/** `base` with fields replaced; a dotted name reaches into a list (`sc.0.s`). */
export function mergeControl(base: ControlDraft, spec: Spec, peer: Peer, environment: Environment): ControlDraft {
  const fields = new Map(base.fields);
  const rules = base.name === 'UNKNOWN' ? [] : controlForm(base.name).rules;
  for (const [path, value] of Object.entries(spec)) {
    const [field = '', ...rest] = path.split('.');
    const rule = rules.find(({ name }) => name === field);
    if (rest.length === 0) fields.set(field, resolveField(rule, value, peer, environment));
    else
      fields.set(
        field,
        within(fields.get(field), rule, rest, (inner) => resolveField(inner, value, peer, environment)),
      );
  }
  return { ...base, fields };
}

/** `base` without the field at `path`. */
export function removeField(base: ControlDraft, path: string): ControlDraft {
  const [field = '', ...rest] = path.split('.');
  const fields = new Map(base.fields);
  if (!fields.has(field)) throw new HarnessFault(`${base.name} has no field ${field} to remove`);
  if (rest.length === 0) fields.delete(field);
  else
    fields.set(
      field,
      within(fields.get(field), undefined, rest, () => undefined),
    );
  return { ...base, fields };
}

/** Replaces (or, by `undefined`, removes) `index.member` in a list of dictionaries. */
function within(
  list: Value | undefined,
  rule: Rule | undefined,
  [index = '', member = '']: readonly string[],
  replace: (rule: Rule | undefined) => Value | undefined,
): Value {
  const entries = list as readonly Value[] | undefined;
  const entry = entries?.[Number(index)];
  if (entries === undefined || !(entry instanceof Map)) throw new HarnessFault(`there is no entry ${index} to change`);
  const changed = new Map(entry);
  const value = replace(rule?.fields.find(({ name }) => name === member));
  if (value === undefined) changed.delete(member);
  else changed.set(member, value);
  return entries.map((other, i) => (i === Number(index) ? changed : other));
}

const TYPED = new Set('string int double date bool uuid data array dictionary null vector nested'.split(' '));

/** A field by its type in the registry; a typed value goes as it is, an unknown field as a plain value. */
function resolveField(rule: Rule | undefined, value: unknown, peer: Peer, environment: Environment): Value {
  if (rule === undefined || value === null || typeof value === 'boolean' || isTyped(value)) {
    return resolveValue(value, environment);
  }
  if (rule.type !== 'int' && typeof value === 'number') return value;
  if (rule.type === 'int') return resolveInt(rule.name, value, environment);
  if (rule.type === 'data') return resolveBytes(value, environment);
  if (rule.type === 'uuid') return Id.from(resolveBytes(value, environment));
  if (rule.type === 'string') return resolveText(value, environment);
  if (rule.type === 'list' && Array.isArray(value)) {
    return value.map((entry) => resolveEntry(rule, entry as Spec, peer, environment));
  }
  if (rule.type === 'list') return resolveRepeated(rule, value as Spec, peer, environment);
  throw new HarnessFault(`${rule.name} is ${rule.type}, not ${JSON.stringify(value)}`);
}

function resolveEntry(rule: Rule, entry: Spec, peer: Peer, environment: Environment): Value {
  if (isTyped(entry)) return resolveValue(entry, environment);
  const fields = new Map<string, Value>();
  if (rule.name === 'sc' && rule.fields.some(({ name }) => name === 'col')) {
    for (const [name, value] of defaultScope(entry, peer, environment)) fields.set(name, value);
  }
  for (const [member, value] of Object.entries(entry)) {
    if (typeof value === 'object' && value !== null && 'absent' in value) fields.delete(member);
    else
      fields.set(
        member,
        resolveField(
          rule.fields.find(({ name }) => name === member),
          value,
          peer,
          environment,
        ),
      );
  }
  return fields;
}

/** `{repeat: entry, times: n}`: the entry so often, each scope under a number of its own. */
function resolveRepeated(rule: Rule, { repeat, times }: Spec, peer: Peer, environment: Environment): Value {
  const entry = (): Value => resolveEntry(rule, (repeat ?? {}) as Spec, peer, environment);
  return Array.from({ length: resolveNumber(times, environment) }, entry);
}

/** The next free number, and the case's collection unless the entry chooses by other means (or the node cannot choose). */
function defaultScope(entry: Spec, peer: Peer, environment: Environment): readonly (readonly [string, Value])[] {
  const s = nextScope(peer, ['number', 'string'].includes(typeof entry.s) ? entry.s : undefined, environment);
  const selective = ((peer.transcript.welcome?.capabilities ?? 0) & 4) !== 0;
  const chooses = 'col' in entry || 'tag' in entry || 'team' in entry || !selective;
  return chooses
    ? [['s', s]]
    : [
        ['s', s],
        ['col', String(environment.get('collection'))],
      ];
}

function resolveInt(name: string, value: unknown, environment: Environment): number {
  const isCode = (name === 'code' || name === 'st') && typeof value === 'string' && !value.startsWith('$');
  return isCode ? codeOf(value) : resolveNumber(value, environment);
}

function isTyped(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => TYPED.has(key));
}
