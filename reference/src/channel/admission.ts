import { refuse } from '../errors.ts';
import { ControlMessages, FrameType, type Limits } from '../registry.ts';
import { SEALED_MINIMUM } from './opener.ts';

/** States of a client, in order. The handshake's state unions have the same kinds. */
export type ClientStateKind = 'W_WELCOME' | 'W_COMPLETE' | 'W_SESSION' | 'W_AUTH' | 'OPEN' | 'CLOSED';
/** States of a server, in order. */
export type ServerStateKind = 'W_HELLO' | 'W_VERIFY' | 'W_SESSION' | 'W_AUTH' | 'OPEN' | 'CLOSED';

const { HELLO, WELCOME, VERIFY, COMPLETE, CONTROL, OPERATION, ALERT, BATCH } = FrameType;

/** Section 3.5: what each side may receive in each state. */
const LEGAL: {
  readonly client: { readonly [S in ClientStateKind]: readonly number[] };
  readonly server: { readonly [S in ServerStateKind]: readonly number[] };
} = {
  client: {
    W_WELCOME: [WELCOME, ALERT],
    W_COMPLETE: [COMPLETE, ALERT],
    W_SESSION: [CONTROL, ALERT],
    W_AUTH: [CONTROL],
    OPEN: [CONTROL, OPERATION, BATCH],
    CLOSED: [],
  },
  server: {
    W_HELLO: [HELLO, ALERT],
    W_VERIFY: [VERIFY, ALERT],
    W_SESSION: [CONTROL, ALERT],
    W_AUTH: [CONTROL],
    OPEN: [CONTROL, OPERATION, BATCH],
    CLOSED: [],
  },
};

type Side = { client: ClientStateKind; server: ServerStateKind };

/** Frame types whose payload is sealed. */
export function isSealedType(type: number): boolean {
  return type === CONTROL || type === OPERATION || type === BATCH;
}

/**
 * Judges a frame header in the receiver's own state, before any of the payload is kept (section 3.4): is the type legal,
 * is the length within the limit, can it be a sealed payload. `role` is the receiver's. `limits.FRAME_BYTES` is what it
 * announced as `max`.
 */
export function admit<R extends keyof Side>(
  role: R,
  state: Side[R],
  type: number,
  length: number,
  limits: Pick<Limits, 'CLEAR_FRAME_BYTES' | 'FRAME_BYTES'>,
): void {
  const legal: readonly number[] = (LEGAL[role] as { readonly [S in Side[R]]: readonly number[] })[state];
  if (!legal.includes(type)) refuse('frame.unexpected-type', `type ${type} in ${state}`);
  const limit = state === 'OPEN' ? limits.FRAME_BYTES : limits.CLEAR_FRAME_BYTES;
  if (length > limit) refuse('frame.too-large', `${length} bytes in ${state}, the limit is ${limit}`);
  if (isSealedType(type) && length < SEALED_MINIMUM) refuse('frame.sealed-too-short', `${length} bytes`);
}

/** Ids from here on are critical: who does not know one cannot go on. */
const CRITICAL = 0x80;

type ControlRule = { readonly from: string; readonly phase: string };
const RULES: ReadonlyMap<number, ControlRule> = new Map(
  Object.values(ControlMessages).map((entry) => [Number.parseInt(entry.id, 16), entry]),
);

/** Which phases of the registry are on in a state that takes CONTROL. */
const PHASES: { readonly [state: string]: readonly string[] } = {
  W_SESSION: ['session', 'sealed'],
  W_AUTH: ['auth', 'sealed'],
  OPEN: ['open', 'sealed'],
};

/**
 * Judges a control message by its size, its id and the receiver's own state, before its body is decoded: `take` it, or
 * `skip` one that is unknown and not critical. `plaintext` has at least one byte. Refuses by `control.too-large`,
 * `control.unexpected` (known, but from the wrong side or out of state; before SESSION unknown, too) and
 * `control.unknown-critical`.
 */
export function admitControl<R extends keyof Side>(
  role: R,
  state: Side[R],
  plaintext: Uint8Array,
  limits: Pick<Limits, 'CONTROL_BYTES'>,
): 'take' | 'skip' {
  if (plaintext.length > limits.CONTROL_BYTES) refuse('control.too-large', `${plaintext.length} bytes`);
  const id = plaintext[0]!;
  const rule = RULES.get(id);
  if (rule === undefined) {
    if (state === 'W_SESSION') refuse('control.unexpected', `id ${id} before SESSION`);
    if (id >= CRITICAL) refuse('control.unknown-critical', `id ${id}`);
    return 'skip';
  }
  const peer = role === 'client' ? 'server' : 'client';
  const due = PHASES[state]?.includes(rule.phase) && (rule.from === 'both' || rule.from === peer);
  if (!due) refuse('control.unexpected', `id ${id} in ${state}`);
  return 'take';
}
