/** Mutants of chapter 8: nodes that judge the fields of control messages wrongly. */
import type { ControlName, RefusalName } from '../../reference/src/registry.ts';
import { controlForm, decodeRecord } from '../../reference/src/wire/index.ts';
import type { Value } from '../../reference/src/wire/value.ts';
import { isScopeAbove, refusesControl } from './control-bounds.ts';
import { hasUnknownFields, looseMessage, nameOf, type Rule } from './control-loose.ts';
import { at, type Mutant } from './mutant.ts';

export type Row = readonly [name: string, breaks: readonly string[], title: string];

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

export const judging: readonly Mutant[] = [
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
