import { Capability, type CapabilityName, DEFAULT_LIMITS, type LimitName, type Limits } from '../registry.ts';

/** The conformance statement of a server with these settings: what it says that it implements. */
export interface Statement {
  readonly node: string;
  readonly levels: readonly string[];
  readonly capabilities: readonly CapabilityName[];
  readonly auth: readonly ('none' | 'psk' | 'identity')[];
  /** The logs begin anew with each start. */
  readonly log: 'memory';
  /** Those that differ from the registry. */
  readonly limits?: Partial<Limits>;
}

export function statementOf(auth: 'none' | 'psk' | 'identity', capabilities: number, limits: Limits): Statement {
  const names = Object.keys(Capability) as CapabilityName[];
  const changed = Object.entries(limits).filter(([name, value]) => DEFAULT_LIMITS[name as LimitName] !== value);
  return {
    node: 'blazedb-kit reference node',
    levels: ['L0', 'L1'],
    capabilities: names.filter((name) => (capabilities & Capability[name]) !== 0),
    auth: [auth],
    log: 'memory',
    ...(changed.length === 0 ? {} : { limits: Object.fromEntries(changed) }),
  };
}
