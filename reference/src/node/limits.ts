import { DEFAULT_LIMITS, type LimitName, type Limits } from '../registry.ts';

/** Limits of the encoding itself: another value would be another protocol. */
const FIXED: readonly LimitName[] = ['NESTING', 'FIELDS', 'NAME_BYTES', 'ARRAY_ELEMENTS', 'DATABASE_NAME_BYTES'];

/** setTimeout counts in int32. */
const LONGEST_TIMER = 2 ** 31 - 1;

const RANGE: { readonly [name in LimitName]?: readonly [minimum: number, maximum: number] } = {
  FRAME_BYTES: [524_288, 16_777_216],
  KEY_FRAMES: [1, DEFAULT_LIMITS.KEY_FRAMES],
  KEY_BYTES: [1, DEFAULT_LIMITS.KEY_BYTES],
  HANDSHAKE_TIMEOUT: [1, LONGEST_TIMER],
  PING_IDLE: [1, LONGEST_TIMER],
  DEAD_PEER: [1, LONGEST_TIMER],
  SLOW_CONSUMER_TIMEOUT: [1, LONGEST_TIMER],
  CLOSE_TIMEOUT: [1, LONGEST_TIMER],
  LINGER: [1, LONGEST_TIMER],
};

/** The limits with some replaced. Throws RangeError, with one sentence, for an unknown name or a value that makes no sense. */
export function withLimits(settings: { readonly [name: string]: number }, base: Limits = DEFAULT_LIMITS): Limits {
  for (const [name, value] of Object.entries(settings)) {
    if (!isLimitName(name)) {
      throw new RangeError(`no limit is called ${name}; there are ${Object.keys(DEFAULT_LIMITS).join(', ')}`);
    }
    if (FIXED.includes(name)) throw new RangeError(`${name} belongs to the encoding and cannot be changed`);
    const [minimum, maximum] = RANGE[name] ?? [1, Number.MAX_SAFE_INTEGER];
    if (!Number.isSafeInteger(value) || value < minimum || value > maximum) {
      throw new RangeError(`${name} is a whole number from ${minimum} to ${maximum}`);
    }
  }
  return { ...base, ...settings };
}

/** `NAME=VALUE` as on the command line. Throws RangeError. */
export function parseLimit(text: string): { readonly name: string; readonly value: number } {
  const match = /^([A-Z_]+)=(\d+)$/.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is not NAME=VALUE with a whole number`);
  return { name: match[1]!, value: Number(match[2]) };
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}
