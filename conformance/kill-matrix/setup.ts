import type { Case } from '../../harness/src/catalogue/case.ts';
import { SERVER_CAPABILITIES } from '../../reference/src/node/server.ts';
import { Capability, DEFAULT_LIMITS, type Limits } from '../../reference/src/registry.ts';

/** How the node of one case is set up: so that the case can run, and is over soon. */
export interface Setup {
  /** It asks for a proof. */
  readonly secured: boolean;
  /** Capability bits. */
  readonly capabilities: number;
  readonly limits: Limits;
  /** Names of the limits that the kit is told of. */
  readonly told: ReadonlySet<string>;
  /** It keeps its log, on a disk in memory, and compacts it at each start. */
  readonly durable: boolean;
}

/** Numbers small enough to be reached, and times short enough to be waited for (ms). */
const LOWERED: Partial<Limits> = {
  HALF_OPEN: 4,
  FAILED_PROOFS: 3,
  KEY_FRAMES: 40,
  KEY_BYTES: 262_144,
  PUSH_WINDOW_OPERATIONS: 16,
  FRAME_BYTES: 2_097_152,
  HANDSHAKE_TIMEOUT: 1500,
  PING_IDLE: 200,
  DEAD_PEER: 800,
  SLOW_CONSUMER_TIMEOUT: 400,
  CLOSE_TIMEOUT: 400,
  LINGER: 500,
};

/** Where a case does not speak of it: nobody shall wait for it. */
const LINGER = 60;

/** The setup that `of` needs. Everything that it does not speak of is as usual. */
export function setupOf(of: Case): Setup {
  const needs = of.needs ?? [];
  const text = JSON.stringify(of);
  const names = (Object.keys(LOWERED) as (keyof Limits)[]).filter((name) =>
    new RegExp(`(?<![A-Z_])${name}(?![A-Z_])`).test(text),
  );
  const lowered = Object.fromEntries(names.map((name) => [name, LOWERED[name]!]));
  let capabilities = SERVER_CAPABILITIES;
  for (const need of needs) {
    for (const [name, bit] of Object.entries(Capability)) {
      if (need === name) capabilities |= bit;
      if (need === `no-${name}`) capabilities &= ~bit;
    }
  }
  return {
    secured: needs.includes('psk'),
    capabilities,
    limits: { ...DEFAULT_LIMITS, LINGER, ...lowered } as Limits,
    told: new Set(names),
    durable: needs.includes('durable-log'),
  };
}

/** Whether a case takes longer than anybody waits for the matrix. */
export function isLeftOut(of: Case): boolean {
  return (of.needs ?? []).some((need) => need === 'slow');
}
