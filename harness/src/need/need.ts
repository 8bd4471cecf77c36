import type { CapabilityName } from '../../../reference/src/registry.ts';
import { DEFAULT_LIMITS } from '../../../reference/src/registry.ts';
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
  slow: ({ slow }) => (slow ? undefined : { reason: 'the case takes minutes', remedy: '--slow' }),
  'memory-log': ({ statement }) =>
    statement?.log === 'memory'
      ? undefined
      : {
          reason: 'the node does not state that its log lives in memory',
          remedy: '--statement FILE with "log": "memory"',
        },
  'durable-log': ({ statement }) =>
    statement?.log === 'durable'
      ? undefined
      : { reason: 'the node does not state that its log is durable', remedy: '--statement FILE with "log": "durable"' },
};

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

/** A limit that was told and can be reached, or a time with --slow. */
function lackOfLimit(name: string, { limits, told, slow }: Profile): Lack | undefined {
  const value = (limits as { readonly [name: string]: number })[name] ?? 0;
  const usual = (DEFAULT_LIMITS as { readonly [name: string]: number })[name] ?? 0;
  const byTime = REACHED_BY_TIME.test(name);
  if ((slow && byTime) || (told.has(name) && value <= FEASIBLE * usual)) return undefined;
  const remedy = `--limit ${name}=VALUE for a node that was started with it${byTime ? ', or --slow' : ''}`;
  return { reason: `${name} was not told`, remedy };
}
