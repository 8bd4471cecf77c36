import { Id } from '../../bytes/id.ts';
import { refuse } from '../../errors.ts';
import { isFields } from '../decoded-fields.ts';
import type { Fields, Value } from '../value.ts';

/** One row of a field table of the registry. */
export interface FieldRule {
  readonly name: string;
  readonly type: 'int' | 'bool' | 'string' | 'data' | 'uuid' | 'list';
  readonly optional: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** Bytes of a data field; `undefined` for any. */
  readonly length: number | undefined;
  readonly multiple: number;
  /** Of each entry of a list. */
  readonly fields: readonly FieldRule[];
  /** Judges the field beside those before it, when it is good by itself. */
  readonly check: ((members: Members) => void) | undefined;
}

export type CrossFieldRules = { readonly [field: string]: (members: never) => void };

interface RegistryField {
  readonly type: string;
  readonly optional?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly multiple?: number;
  readonly fields?: RegistryTable;
}

export type RegistryTable = { readonly [name: string]: RegistryField };

/** The members of a message or of a list entry, before its type is known. */
export type Members = { readonly [name: string]: unknown };

export function fieldRules(table: RegistryTable, crossRules: CrossFieldRules = {}): readonly FieldRule[] {
  return Object.entries(table).map(([name, field]) => ({
    name,
    type: field.type as FieldRule['type'],
    optional: field.optional ?? false,
    minimum: field.minimum ?? Number.MIN_SAFE_INTEGER,
    maximum: field.maximum ?? Number.MAX_SAFE_INTEGER,
    length: field.length,
    multiple: field.multiple ?? 1,
    fields: fieldRules(field.fields ?? {}),
    check: crossRules[name] as FieldRule['check'],
  }));
}

/**
 * The members that `fields` give; fields that the table does not know are ignored.
 * Precedence: field by field in the order of the table, within a list entry by entry; for each `control.field-missing`,
 * `control.field-type` (null is mistyped), `control.field-range`, and last what it may be beside the fields before it.
 */
export function readFields(rules: readonly FieldRule[], fields: Fields): Members {
  const members: Record<string, unknown> = {};
  for (const rule of rules) {
    const value = fields.get(rule.name);
    if (value !== undefined) {
      members[rule.name] = readField(rule, value);
      rule.check?.(members);
    } else if (!rule.optional) refuse('control.field-missing', rule.name);
  }
  return members;
}

function readField(rule: FieldRule, value: Value): unknown {
  if (rule.type !== 'list') return checkScalar(rule, value);
  if (!Array.isArray(value)) return refuse('control.field-type', rule.name);
  checkEntries(rule, value.length);
  return value.map((entry: Value) => {
    if (!isFields(entry)) return refuse('control.field-type', `an entry of ${rule.name}`);
    return readFields(rule.fields, entry);
  });
}

/** The way back, under the same rules; `undefined` counts as absent. */
export function writeFields(rules: readonly FieldRule[], members: Members): Fields {
  const fields = new Map<string, Value>();
  for (const rule of rules) {
    const member = members[rule.name];
    if (member !== undefined) {
      fields.set(rule.name, writeField(rule, member));
      rule.check?.(members);
    } else if (!rule.optional) refuse('control.field-missing', rule.name);
  }
  return fields;
}

function writeField(rule: FieldRule, member: unknown): Value {
  if (rule.type !== 'list') return checkScalar(rule, member);
  if (!Array.isArray(member)) return refuse('control.field-type', rule.name);
  checkEntries(rule, member.length);
  return member.map((entry: Members) => writeFields(rule.fields, entry));
}

/** `maximum` of a list is that of its entries, and it is judged before them. */
function checkEntries(rule: FieldRule, count: number): void {
  if (count > rule.maximum) refuse('control.field-range', `${rule.name} has ${count} entries`);
}

function checkScalar(rule: FieldRule, value: unknown): Value {
  if (rule.type === 'int') {
    if (typeof value === 'bigint') return refuse('control.field-range', `${rule.name} is ${value}`);
    if (typeof value === 'number') {
      if (value < rule.minimum || value > rule.maximum) refuse('control.field-range', `${rule.name} is ${value}`);
      return value;
    }
  } else if (rule.type === 'data') {
    if (value instanceof Uint8Array) {
      const fits = rule.length === undefined || value.length === rule.length;
      if (!fits || value.length % rule.multiple !== 0) {
        refuse('control.field-range', `${rule.name} has ${value.length} bytes`);
      }
      return value;
    }
  } else if (rule.type === 'uuid') {
    if (value instanceof Id) return value;
  } else if (rule.type === 'bool') {
    if (typeof value === 'boolean') return value;
  } else if (typeof value === 'string') return value;
  return refuse('control.field-type', rule.name);
}
