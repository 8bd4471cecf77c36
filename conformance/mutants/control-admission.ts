/** Mutants of chapter 8: nodes that judge the size, the id or the state of control messages wrongly. */
import { refuse } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import { CRITICAL_CONTROL } from '../../reference/src/wire/index.ts';
import { looseMessage, nameOf } from './control-loose.ts';
import { at, type Mutant } from './mutant.ts';

export const admission: readonly Mutant[] = [
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
