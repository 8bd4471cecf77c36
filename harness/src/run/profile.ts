import {
  Capability,
  type CapabilityName,
  DEFAULT_LIMITS,
  type LimitName,
  type Limits,
} from '../../../reference/src/registry.ts';
import type { Id } from '../../../reference/src/wire/index.ts';
import type { Level } from '../property.ts';
import type { Statement } from './statement.ts';

/** What the kit knows of its target: what it selects, what it asks for, and the limits that it was told of. */
export interface Profile {
  readonly node: Id | undefined;
  /** Names of the capabilities that it selects when all are offered. */
  readonly capabilities: ReadonlySet<CapabilityName>;
  /** Whether it asks for a proof. */
  readonly auth: 'none' | 'psk' | 'identity';
  readonly limits: Limits;
  /** Limits that the operator spoke of, by --limit or in the statement. */
  readonly told: ReadonlySet<string>;
  readonly statement: Statement | undefined;
  /** The kit started it. */
  readonly started: boolean;
  /** The kit can start more of it, and says where their data goes. */
  readonly ownsData?: boolean | undefined;
  /** The level that the operator asked for by name. */
  readonly asked?: Level | undefined;
  /** Waits may take what the limits really are. */
  readonly slow: boolean;
}

/** The registry's values with those that the operator told. */
export function limitsOf(...told: readonly ({ readonly [name: string]: number } | undefined)[]): Limits {
  return Object.assign({}, DEFAULT_LIMITS, ...told);
}

export function capabilityNames(bits: number): ReadonlySet<CapabilityName> {
  const names = Object.keys(Capability) as CapabilityName[];
  return new Set(names.filter((name) => (bits & Capability[name]) !== 0));
}

export function isLimitName(name: string): name is LimitName {
  return name in DEFAULT_LIMITS;
}
