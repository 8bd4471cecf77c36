/** Control messages as a node reads them that does not judge. */
import { ProtocolError } from '../../reference/src/errors.ts';
import { ControlMessages, type ControlName } from '../../reference/src/registry.ts';
import { type ControlMessage, controlForm, decodeRecord, type Fields, Id } from '../../reference/src/wire/index.ts';
import type { Value } from '../../reference/src/wire/value.ts';

export type Rule = ReturnType<typeof controlForm>['rules'][number];

const NAMES: ReadonlyMap<number, ControlName> = new Map(
  (Object.keys(ControlMessages) as ControlName[]).map((name) => [controlForm(name).id, name]),
);

export function nameOf(plaintext: Uint8Array): ControlName | undefined {
  return NAMES.get(plaintext[0]!);
}

/** A value that the rule allows, in place of one that is missing or wrong. */
function substitute(rule: Rule): unknown {
  if (rule.type === 'int') return Math.max(0, rule.minimum);
  if (rule.type === 'data') return new Uint8Array(rule.length ?? 0);
  if (rule.type === 'uuid') return Id.ZERO;
  if (rule.type === 'list') return [];
  return rule.type === 'bool' ? false : '';
}

/** Members as a node reads them that does not judge: what is there if its type fits, and else something. */
function loosely(rules: readonly Rule[], fields: Fields): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const rule of rules) {
    const value = fields.get(rule.name);
    if (value === undefined && rule.optional) continue;
    members[rule.name] = looseValue(rule, value);
  }
  return members;
}

function looseValue(rule: Rule, value: Value | undefined): unknown {
  if (rule.type === 'list' && Array.isArray(value)) {
    return value.map((entry: Value) => loosely(rule.fields, entry instanceof Map ? entry : new Map()));
  }
  const isInt = rule.type === 'int' && typeof value === 'number' && value >= rule.minimum && value <= rule.maximum;
  const isData = rule.type === 'data' && value instanceof Uint8Array && (rule.length ?? value.length) === value.length;
  const fits = isInt || isData || (rule.type === 'uuid' && value instanceof Id) || typeof value === rule.type;
  return fits ? value : substitute(rule);
}

/** The message in a plaintext that is not right; its fields only if its record can be read. */
export function looseMessage(plaintext: Uint8Array): ControlMessage {
  const name = nameOf(plaintext)!;
  let fields: Fields = new Map();
  try {
    fields = decodeRecord(plaintext.subarray(1));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return { name, ...loosely(controlForm(name).rules, fields) } as unknown as ControlMessage;
}

/** The same fields as the table knows, and no others. */
export function hasUnknownFields(plaintext: Uint8Array): boolean {
  const name = nameOf(plaintext);
  if (name === undefined) return false;
  const beyond = (rules: readonly Rule[], fields: Fields): boolean =>
    [...fields].some(([field, value]) => {
      const rule = rules.find((known) => known.name === field);
      if (rule === undefined) return true;
      if (rule.type !== 'list' || !Array.isArray(value)) return false;
      return value.some((entry: Value) => entry instanceof Map && beyond(rule.fields, entry));
    });
  return beyond(controlForm(name).rules, decodeRecord(plaintext.subarray(1)));
}
