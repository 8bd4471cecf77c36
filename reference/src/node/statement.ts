import { Capability, type CapabilityName, DEFAULT_LIMITS, type LimitName, type Limits } from '../registry.ts';

/** The conformance statement of a server with these settings: what it says that it implements. */
export interface Statement {
  readonly node: string;
  readonly levels: readonly string[];
  readonly capabilities: readonly CapabilityName[];
  readonly auth: readonly ('none' | 'psk' | 'identity')[];
  /** Whether the logs outlive the process. */
  readonly log: 'memory' | 'durable';
  /** Those that differ from the registry. */
  readonly limits?: Partial<Limits>;
}

export function statementOf(
  auth: 'none' | 'psk' | 'identity',
  capabilities: number,
  limits: Limits,
  log: Statement['log'] = 'memory',
): Statement {
  const names = Object.keys(Capability) as CapabilityName[];
  const changed = Object.entries(limits).filter(([name, value]) => DEFAULT_LIMITS[name as LimitName] !== value);
  return {
    node: 'blazedb-kit reference node',
    levels: log === 'durable' ? ['L0', 'L1', 'L2'] : ['L0', 'L1'],
    capabilities: names.filter((name) => (capabilities & Capability[name]) !== 0),
    auth: [auth],
    log,
    ...(changed.length === 0 ? {} : { limits: Object.fromEntries(changed) }),
  };
}
