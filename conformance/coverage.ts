import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../harness/src/catalogue/case.ts';
import { PACKAGE_ROOT } from '../harness/src/catalogue/paths.ts';
import type { Requirement } from '../harness/src/index.ts';

/** How a requirement is tested, or why it is not. */
export type Standing =
  | { readonly kind: 'covered' /** Ids, in the order of the catalogue. */; readonly cases: readonly string[] }
  /** No observation on the wire shows it, and why. */
  | { readonly kind: 'excused'; readonly why: string }
  /** Not the duty of the node that is tested here, or not of the levels that this revision has in full. */
  | { readonly kind: 'elsewhere'; readonly why: string }
  | { readonly kind: 'open' };

/** The levels that this revision has in full. */
const LEVELS: ReadonlySet<string> = new Set(['L0', 'L1', 'L2']);
/** Those of which the kit's own checks of a client speak. */
const CLIENT_LEVELS: ReadonlySet<string> = new Set(['L0', 'L1', 'L2']);
/** Duties of both roles that a client has on its own, without a server that could show them: its clock, what it drops. */
const OF_CLIENTS_TOO: ReadonlySet<string> = new Set(['SYNC-71', 'SYNC-120', 'SYNC-121']);

/** What is said of the duties of a client. */
export const NEEDS_DIAL = 'needs --dial';

/** Whether it is a duty, in the levels that this revision has in full: MUST or MUST NOT. */
export function isDuty({ keyword, level }: Requirement): boolean {
  return keyword.startsWith('MUST') && LEVELS.has(level);
}

/** Whether a server has to keep it: these are counted. */
export function bindsServer(requirement: Requirement): boolean {
  return isDuty(requirement) && (requirement.role === 'server' || requirement.role === 'both');
}

/** Whether the kit's checks of a client have to show it: a duty of clients alone, or one that they have likewise. */
export function bindsClient(requirement: Requirement): boolean {
  const { id, role, level } = requirement;
  return isDuty(requirement) && CLIENT_LEVELS.has(level) && (role === 'client' || OF_CLIENTS_TOO.has(id));
}

/** The standing of each requirement, in the order of the spec. */
export function coverageOf(
  requirements: Iterable<Requirement>,
  cases: readonly Case[],
  excused: ReadonlyMap<string, string> = readExcused(),
): ReadonlyMap<string, Standing> {
  return new Map([...requirements].map((requirement) => [requirement.id, standingOf(requirement, cases, excused)]));
}

function standingOf(requirement: Requirement, cases: readonly Case[], excused: ReadonlyMap<string, string>): Standing {
  const naming = cases.filter((of) => of.requirements.includes(requirement.id)).map(({ id }) => id);
  if (naming.length > 0) return { kind: 'covered', cases: naming };
  const why = excused.get(requirement.id);
  if (why !== undefined) return { kind: 'excused', why };
  if (requirement.role === 'client') return { kind: 'elsewhere', why: NEEDS_DIAL };
  if (requirement.role === 'kit') return { kind: 'elsewhere', why: "the kit's own tests" };
  return isDuty(requirement)
    ? { kind: 'open' }
    : { kind: 'elsewhere', why: `${requirement.keyword}, ${requirement.level}` };
}

/** All excuses, by requirement: `conformance/excused/*.json`. Throws RangeError for a requirement that is excused twice. */
export function readExcused(): ReadonlyMap<string, string> {
  const folder = join(PACKAGE_ROOT, 'conformance/excused');
  const excused = new Map<string, string>();
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    const text = readFileSync(join(folder, name), 'utf8');
    const file = JSON.parse(text) as { readonly [id: string]: { readonly reason: string } };
    for (const [id, { reason }] of Object.entries(file)) {
      if (excused.has(id)) throw new RangeError(`${id} is excused twice`);
      excused.set(id, reason);
    }
  }
  return excused;
}
