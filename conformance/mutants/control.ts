/** Mutants of chapter 8: nodes that read or judge control messages wrongly. */
import { ProtocolError, refuse } from '../../reference/src/errors.ts';
import { ControlMessages, type ControlName, type RefusalName } from '../../reference/src/registry.ts';
import {
  type ControlMessage,
  CRITICAL_CONTROL,
  controlForm,
  decodeRecord,
  type Fields,
  Id,
} from '../../reference/src/wire/index.ts';
import type { Value } from '../../reference/src/wire/value.ts';
import { withDependents } from './dependents.ts';
import { at, type Mutant } from './mutant.ts';

type Rule = ReturnType<typeof controlForm>['rules'][number];
type Row = readonly [name: string, breaks: readonly string[], title: string];

const NAMES: ReadonlyMap<number, ControlName> = new Map(
  (Object.keys(ControlMessages) as ControlName[]).map((name) => [controlForm(name).id, name]),
);

function nameOf(plaintext: Uint8Array): ControlName | undefined {
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
function looseMessage(plaintext: Uint8Array): ControlMessage {
  const name = nameOf(plaintext)!;
  let fields: Fields = new Map();
  try {
    fields = decodeRecord(plaintext.subarray(1));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return { name, ...loosely(controlForm(name).rules, fields) } as unknown as ControlMessage;
}

/** Takes a control message that is to be refused. */
function takesControl(
  [name, breaks, title]: Row,
  when: (reason: RefusalName, plaintext: Uint8Array, detail: string) => boolean,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeControl', {
        when(call) {
          const reason = call.refusal();
          return reason !== undefined && when(reason, call.args[0], detailOf(call));
        },
        then: ({ args: [plaintext] }) => looseMessage(plaintext),
      }),
    ],
  };
}

function detailOf(call: { standard(): unknown }): string {
  try {
    call.standard();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

/** Refuses a control message that is right. */
function refusesControl(
  [name, breaks, title]: Row,
  when: (plaintext: Uint8Array) => boolean,
  reason: RefusalName,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeControl', {
        when: (call) => call.refusal() === undefined && when(call.args[0]),
        then: () => refuse(reason),
      }),
    ],
  };
}

/** The same fields as the table knows, and no others. */
function hasUnknownFields(plaintext: Uint8Array): boolean {
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

const FIELD_REASONS = ['control.field-missing', 'control.field-type', 'control.field-range'] as const;

function ruleOf(message: ControlName, field: string): Rule {
  const { rules } = controlForm(message);
  return [...rules, ...rules.flatMap((rule) => rule.fields)].find(({ name }) => name === field)!;
}

/** A node that does not judge one field of one message. */
function unjudged(message: ControlName, field: string, requirement: string): Mutant {
  const words = new RegExp(`\\b${field}\\b`);
  const { type, optional } = ruleOf(message, field);
  const hasRange = type === 'int' || type === 'data';
  return takesControl(
    [
      `control-${message.toLowerCase().replaceAll('_', '-')}-${field}-unjudged`,
      [requirement, 'CTRL-11', ...(optional ? [] : ['CTRL-10']), ...(hasRange ? ['CTRL-12'] : [])],
      `Takes anything for ${field} of ${message}`,
    ],
    (reason, plaintext, detail) => {
      const about = detail.split(': ').slice(1).join(': ');
      return (
        (FIELD_REASONS as readonly string[]).includes(reason) && nameOf(plaintext) === message && words.test(about)
      );
    },
  );
}

const FIELDS: readonly (readonly [ControlName, readonly (readonly [field: string, requirement: string])[]])[] = [
  [
    'SESSION',
    [
      ['th', 'MSG-2'],
      ['auth', 'MSG-3'],
      ['max', 'MSG-4'],
    ],
  ],
  [
    'AUTH',
    [
      ['kind', 'MSG-6'],
      ['kid', 'MSG-7'],
      ['pub', 'MSG-8'],
      ['proof', 'MSG-9'],
    ],
  ],
  [
    'SUBSCRIBE',
    [
      ['req', 'MSG-11'],
      ['mode', 'MSG-12'],
      ['seen', 'MSG-13'],
      ['sc', 'MSG-14'],
      ['s', 'MSG-15'],
      ['col', 'MSG-16'],
      ['tag', 'MSG-17'],
      ['team', 'MSG-18'],
      ['cur', 'MSG-19'],
    ],
  ],
  ['FEED_ACK', [['n', 'MSG-39']]],
  ['PING', [['d', 'MSG-47']]],
  [
    'CLOSE',
    [
      ['code', 'MSG-56'],
      ['retry', 'MSG-57'],
    ],
  ],
];

const judging: readonly Mutant[] = [
  ...FIELDS.flatMap(([message, fields]) => fields.map(([field, requirement]) => unjudged(message, field, requirement))),
  takesControl(
    ['control-missing-field-taken', ['CTRL-10'], 'Takes a message that lacks a field'],
    (reason) => reason === 'control.field-missing',
  ),
  takesControl(
    ['control-mistyped-field-taken', ['CTRL-11'], 'Takes a field of another type for one that is absent'],
    (reason) => reason === 'control.field-type',
  ),
  takesControl(
    ['control-range-unjudged', ['CTRL-12', 'SYNC-8'], 'Does not judge ranges and lengths of fields'],
    (reason) => reason === 'control.field-range',
  ),
  takesControl(
    ['control-trailing-bytes-ignored', ['CTRL-9', 'REC-35'], 'Ignores bytes behind the record of a control message'],
    (reason) => reason === 'record.trailing-bytes',
  ),
  takesControl(
    [
      'control-broken-record-taken',
      ['CTRL-9'],
      'Takes a control message whose record is broken for one without fields',
    ],
    (reason) => reason.startsWith('record.') && reason !== 'record.trailing-bytes',
  ),
  refusesControl(
    ['control-unknown-field-refused', ['CTRL-13'], 'Refuses a message that has a field which it does not know'],
    hasUnknownFields,
    'control.field-type',
  ),
  refusesControl(
    ['control-close-of-unknown-code-refused', ['MSG-56'], 'Refuses a CLOSE whose code it does not know'],
    (plaintext) => {
      const code = nameOf(plaintext) === 'CLOSE' ? decodeRecord(plaintext.subarray(1)).get('code') : 0;
      return code === 0xffff;
    },
    'control.field-range',
  ),
  refusesControl(
    ['control-greatest-scope-refused', ['MSG-15'], 'Reads the number of a scope as 31 bits'],
    (plaintext) => isScopeAbove(plaintext, 0x7fffffff),
    'control.field-range',
  ),
  refusesControl(
    ['control-greatest-request-refused', ['MSG-11'], 'Reads the number of a request as 31 bits'],
    (plaintext) => {
      const req = nameOf(plaintext) === 'SUBSCRIBE' ? decodeRecord(plaintext.subarray(1)).get('req') : 0;
      return typeof req === 'number' && req > 0x7fffffff;
    },
    'control.field-range',
  ),
  refusesControl(
    ['control-empty-collection-refused', ['MSG-16'], 'Refuses a SUBSCRIBE with a col that no operation can have'],
    (plaintext) => {
      const sc = nameOf(plaintext) === 'SUBSCRIBE' ? decodeRecord(plaintext.subarray(1)).get('sc') : [];
      return Array.isArray(sc) && sc.some((entry: Value) => entry instanceof Map && entry.get('col') === '');
    },
    'control.field-range',
  ),
  refusesControl(
    ['control-greatest-max-refused', ['MSG-4'], 'Refuses a SESSION whose max is above its own'],
    (plaintext) => {
      const max = nameOf(plaintext) === 'SESSION' ? decodeRecord(plaintext.subarray(1)).get('max') : 0;
      return typeof max === 'number' && max > 0x100_0000 - 1;
    },
    'control.field-range',
  ),
  {
    name: 'control-ping-without-bytes-unanswered',
    breaks: ['MSG-46', 'CTRL-15'],
    title: 'Takes a PING of eight zeros for none',
    faults: () => [
      at('decodeControl', {
        when(call) {
          if (call.refusal() !== undefined) return false;
          const message = call.standard();
          return message.name === 'PING' && message.d.every((byte) => byte === 0);
        },
        then: () => ({ name: 'UNKNOWN', id: 0, critical: false }),
      }),
    ],
  },
];

function isScopeAbove(plaintext: Uint8Array, limit: number): boolean {
  const sc = nameOf(plaintext) === 'SUBSCRIBE' ? decodeRecord(plaintext.subarray(1)).get('sc') : [];
  if (!Array.isArray(sc)) return false;
  return sc.some((entry: Value) => entry instanceof Map && Number(entry.get('s')) > limit);
}

const admission: readonly Mutant[] = [
  {
    name: 'control-size-unbounded',
    breaks: ['CTRL-4', 'LIM-3'],
    title: 'Takes control messages of any size',
    faults: () => [
      at('admitControl', {
        when: (call) => call.refusal() === 'control.too-large',
        then: ({ args: [, , plaintext] }) => (nameOf(plaintext) === 'PING' ? 'take' : 'skip'),
      }),
      at('decodeControl', {
        when: (call) => call.refusal() === 'control.too-large',
        then: ({ args: [plaintext] }) => looseMessage(plaintext),
      }),
    ],
  },
  {
    name: 'control-size-judged-late',
    breaks: ['CTRL-4'],
    title: 'Looks at the size of a control message after its id',
    faults: () => [
      at('admitControl', {
        when: ({ args: [, , plaintext, { CONTROL_BYTES }] }) =>
          plaintext.length > CONTROL_BYTES && nameOf(plaintext) !== 'PING',
        then: (call) => {
          const [role, state, plaintext, limits] = call.args;
          return call.with(role, state, plaintext.subarray(0, 1), limits);
        },
      }),
    ],
  },
  {
    name: 'control-bound-low',
    breaks: ['LIM-3'],
    title: 'Takes control messages of 65,535 bytes at most',
    faults: () => [
      at('admitControl', {
        when: ({ args: [, , plaintext] }) => plaintext.length === 65_536,
        then: () => refuse('control.too-large'),
      }),
    ],
  },
  admits('control-before-session-skipped', ['CTRL-5'], 'Skips what comes before SESSION', (state, reason) => {
    return state === 'W_SESSION' && reason === 'control.unexpected';
  }),
  {
    name: 'control-close-before-session-refused',
    breaks: ['CTRL-5'],
    title: 'Refuses a CLOSE before SESSION, too',
    faults: () => [
      at('admitControl', {
        when: ({ args: [, state, plaintext] }) => state === 'W_SESSION' && nameOf(plaintext) === 'CLOSE',
        then: () => refuse('control.unexpected'),
      }),
    ],
  },
  admits('control-unknown-critical-skipped', ['CTRL-6'], 'Skips every message that it does not know', (_, reason) => {
    return reason === 'control.unknown-critical';
  }),
  admits('control-unexpected-skipped', ['CTRL-8'], 'Skips what is not legal from this side or now', (state, reason) => {
    return state !== 'W_SESSION' && reason === 'control.unexpected';
  }),
  {
    name: 'control-unknown-refused',
    breaks: ['CTRL-7'],
    title: 'Refuses every message that it does not know, except in GREASE ids',
    faults: () => [
      at('admitControl', {
        when: (call) => call.refusal() === undefined && call.standard() === 'skip' && !isGrease(call.args[2]),
        then: () => refuse('control.unknown-critical'),
      }),
    ],
  },
  {
    name: 'control-grease-refused',
    breaks: ['CTRL-7'],
    title: 'Looks into the body of a message that it does not know',
    faults: () => [
      at('admitControl', {
        when: (call) => call.refusal() === undefined && call.standard() === 'skip' && isGrease(call.args[2]),
        then: () => refuse('record.magic'),
      }),
    ],
  },
];

function isGrease(plaintext: Uint8Array): boolean {
  const id = plaintext[0]!;
  return id < CRITICAL_CONTROL && (id & 0x0f) === 0x0a;
}

function admits(
  name: string,
  breaks: readonly string[],
  title: string,
  when: (state: string, reason: RefusalName | undefined) => boolean,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('admitControl', {
        when: (call) => when(call.args[1], call.refusal()),
        then: () => 'skip',
      }),
    ],
  };
}

export const controlMutants: readonly Mutant[] = withDependents([...judging, ...admission]);
