import type { CapabilityName } from '../../../reference/src/registry.ts';
import { DEFAULT_LIMITS, type LimitName, type Limits } from '../../../reference/src/registry.ts';
import type { Profile } from '../run/profile.ts';

/** Why a case cannot be run here, and what would let it. */
export interface Lack {
  /** A fact: "the node does not select COMPRESSION". */
  readonly reason: string;
  readonly remedy: string;
  /** What is to be refused where this is lacking; `undefined` when nothing is. */
  readonly probe?: 'psk' | 'open' | CapabilityName | undefined;
}

/** `undefined` when the need is met. */
export function lackOf(need: string, profile: Profile): Lack | undefined {
  if (need.startsWith('limit:')) return lackOfLimit(need.slice('limit:'.length), profile);
  if (need.startsWith('no-')) return lackOfAbsence(need.slice('no-'.length), profile);
  return (LACKS[need] ?? lackOfCapability)(profile, need);
}

const LACKS: { readonly [need: string]: (profile: Profile) => Lack | undefined } = {
  psk: ({ auth }) =>
    auth === 'psk'
      ? undefined
      : { reason: 'the node is open', remedy: 'a node with a pre-shared key, and --psk FILE', probe: 'psk' },
  open: ({ auth }) =>
    auth === 'none'
      ? undefined
      : { reason: 'the node asks for a proof', remedy: 'a node without a credential', probe: 'open' },
  exec: ({ started }) =>
    started ? undefined : { reason: 'the kit did not start the node', remedy: '--exec "COMMAND with {port}"' },
  data: ({ ownsData = false }) =>
    ownsData
      ? undefined
      : {
          reason: 'the kit cannot end the node and change its data',
          remedy: '--exec "COMMAND with {port} and {data}"',
        },
  slow: ({ slow }) => (slow ? undefined : { reason: 'the case takes minutes', remedy: '--slow' }),
  'memory-log': ({ statement }) =>
    statement?.log === 'memory'
      ? undefined
      : {
          reason: 'the node does not state that its log lives in memory',
          remedy: '--statement FILE with "log": "memory"',
        },
  'usual-push-window': ({ limits }) => lackOfUsual('PUSH_WINDOW_OPERATIONS', limits),
  'durable-log': (profile) =>
    isDurable(profile)
      ? undefined
      : {
          reason: 'the node does not state that its log is durable',
          remedy: '--statement FILE with "log": "durable", or --level L2',
        },
};

/** Whether the log outlives the node: so says the statement or, where there is none, whoever asks for level L2 by name. */
export function isDurable({ statement, asked = 'L0' }: Pick<Profile, 'statement' | 'asked'>): boolean {
  return statement === undefined ? asked >= 'L2' : statement.log === 'durable';
}

function lackOfCapability({ capabilities }: Profile, need: string): Lack | undefined {
  const name = need as CapabilityName;
  if (capabilities.has(name)) return undefined;
  return { reason: `the node does not select ${name}`, remedy: `a node with ${name}`, probe: name };
}

function lackOfAbsence(name: string, { capabilities }: Profile): Lack | undefined {
  if (!capabilities.has(name as CapabilityName)) return undefined;
  return { reason: `the node selects ${name}`, remedy: `a node without ${name}` };
}

/** How far above the registry's value a limit may be for a case to reach it in reasonable time. */
const FEASIBLE = 4;

/** Limits that --slow reaches at their real values: it has time, but no four billion frames. */
const REACHED_BY_TIME = /TIMEOUT$|IDLE$|DELAY$|^DEAD_PEER$|^LINGER$|^HALF_OPEN$|^FAILED_PROOFS$/;

/** What a case can send before a key is used up. */
const MOST: { readonly [name: string]: number } = { KEY_FRAMES: 65_536 };
/** Bytes of the messages of a handshake, and of an operation, are far below this. */
const LEAST_KEY_BYTES = 4_096;

/** The values of a limit that its cases can be played with. */
function testable(name: string, limits: Limits): { readonly least: number; readonly most: number } {
  const { PUSH_WINDOW_BYTES, OPERATION_BYTES, BATCH_OPERATIONS } = limits;
  // only a batch is received at once, so only with one is it certain how much is unanswered
  if (name === 'PUSH_WINDOW_OPERATIONS') return { least: 1, most: BATCH_OPERATIONS - 2 };
  // four operations fill a key, and two of them have to fit into the window
  if (name === 'KEY_BYTES')
    return { least: LEAST_KEY_BYTES, most: Math.min(4 * OPERATION_BYTES, 2 * PUSH_WINDOW_BYTES) };
  const past = PUSH_WINDOW_BYTES + 2 * OPERATION_BYTES;
  if (name === 'FRAME_BYTES') return { least: past, most: Math.max(past, FEASIBLE * usualOf(name)) };
  return { least: 1, most: MOST[name] ?? FEASIBLE * usualOf(name) };
}

function usualOf(name: string): number {
  return (DEFAULT_LIMITS as { readonly [name: string]: number })[name] ?? 0;
}

/** A limit that was told and can be reached, or a time with --slow. */
function lackOfLimit(name: string, { limits, told, slow }: Profile): Lack | undefined {
  const byTime = REACHED_BY_TIME.test(name);
  if (slow && byTime) return undefined;
  const { least, most } = testable(name, limits);
  const remedy = `--limit ${name}=VALUE (${least} to ${most}) for a node that was started with it${byTime ? ', or --slow' : ''}`;
  if (!told.has(name)) return { reason: `${name} was not told`, remedy };
  const value = (limits as { readonly [name: string]: number })[name] ?? 0;
  if (value > most) return { reason: `${name}=${value} is too large to test; at most ${most}`, remedy };
  return value < least ? { reason: `${name}=${value} is too small to test; at least ${least}`, remedy } : undefined;
}

/** A limit that nobody changed: the case needs the room that the registry's value gives. */
function lackOfUsual(name: LimitName, limits: Limits): Lack | undefined {
  const value = limits[name];
  const usual = usualOf(name);
  if (value === usual) return undefined;
  return { reason: `${name} is ${value} here`, remedy: `a node with ${name}=${usual}, as in the registry` };
}
