import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds for what was killed to be gone: until then it may hold its port and its data. */
const GONE_LIMIT = 1_000;
/** Milliseconds between two looks. */
const LOOK = 3;

/** Signals every process of a group; one that is gone is no mistake. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // it is gone already
  }
}

/** Resolves when no process of a group runs any more, or after a second. */
export async function groupGone(group: number): Promise<void> {
  const begun = performance.now();
  while (isRunning(group) && performance.now() - begun < GONE_LIMIT) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

function isRunning(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || hasMoreThanZombies(group);
}

/** A process that has ended keeps its number until its parent looks, which may be never. */
function hasMoreThanZombies(group: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const [state, , owner] = statOf(name);
    return Number(owner) === group && state !== 'Z' && state !== 'X';
  });
}

/** State, parent, group, ...: what stands behind the name in parentheses, which may hold blanks. */
function statOf(id: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
