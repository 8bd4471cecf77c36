import { fromHex, toHex } from '../../bytes/hex.ts';
import { Id } from '../../bytes/id.ts';
import { controlForm } from './control.ts';
import { type FieldRule, type Members, writeFields } from './fields.ts';
import type { ControlMessage } from './message.ts';

/** A control message as JSON: its name under `message`, data and uuid in hex. */
export type ControlJson = { readonly message: string } & { readonly [field: string]: unknown };

export function controlToJson(message: ControlMessage): ControlJson {
  return { message: message.name, ...membersToJson(controlForm(message.name).rules, message) };
}

/** Throws RangeError for an unknown name, member or hex, and refuses what `encodeControl` would of single fields. */
export function controlFromJson(json: ControlJson): ControlMessage {
  const { message, ...rest } = json;
  const { name, rules } = controlForm(message);
  const members = membersFromJson(rules, rest);
  writeFields(rules, members);
  return { name, ...members } as ControlMessage;
}

function membersToJson(rules: readonly FieldRule[], members: Members): Members {
  const json: Record<string, unknown> = {};
  for (const { name, type, fields } of rules) {
    const value = members[name];
    if (value === undefined) continue;
    if (type === 'list') json[name] = (value as readonly Members[]).map((entry) => membersToJson(fields, entry));
    else if (value instanceof Id) json[name] = value.toHex();
    else json[name] = value instanceof Uint8Array ? toHex(value) : value;
  }
  return json;
}

function membersFromJson(rules: readonly FieldRule[], json: Members): Members {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const rule = rules.find((candidate) => candidate.name === name);
    if (rule === undefined) throw new RangeError(`no field ${name}`);
    members[name] = memberFromJson(rule, value);
  }
  return members;
}

function memberFromJson({ type, fields }: FieldRule, value: unknown): unknown {
  if (type === 'list' && Array.isArray(value)) return value.map((entry: Members) => membersFromJson(fields, entry));
  if (typeof value !== 'string') return value;
  if (type === 'uuid') return Id.fromHex(value);
  return type === 'data' ? fromHex(value) : value;
}
