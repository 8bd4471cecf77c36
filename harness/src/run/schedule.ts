import { type Case, isPatient } from '../catalogue/case.ts';

/** Cases that wait for a time of the node, at once; more would be many half-open connections of one address. */
const MOST_PATIENT = 12;

/**
 * Runs `run` for each case: those that mostly wait begin first and need no worker, then `workers` at a time, then those
 * that fail proofs on purpose (a node counts them per address), then one by one those that must be alone. A case with a
 * node of its own disturbs nobody, and begins early: it is long. Stops beginning cases once `stop` says so.
 */
export async function schedule(
  cases: readonly Case[],
  workers: number,
  run: (of: Case) => Promise<void>,
  stop: () => boolean,
  ownNode: (of: Case) => boolean = () => false,
): Promise<void> {
  const alone = cases.filter((of) => isAlone(of) && !ownNode(of));
  const others = cases.filter((of) => !alone.includes(of));
  const patient = others.filter(isPatient);
  const rest = others.filter((of) => !patient.includes(of));
  const plain = [...rest.filter(ownNode), ...rest.filter((of) => !ownNode(of))];
  await Promise.all([
    pool(patient, MOST_PATIENT, run, stop),
    (async () => {
      const provoking = plain.filter(failsProofs);
      await pool(
        plain.filter((of) => !provoking.includes(of)),
        workers,
        run,
        stop,
      );
      await pool(provoking, workers, run, stop);
    })(),
  ]);
  await pool(
    [...alone].sort((x, y) => rank(x) - rank(y)),
    1,
    run,
    stop,
  );
}

function isAlone(of: Case): boolean {
  return of.exclusive === true || of.kind === 'observation' || restarts(of);
}

/** Whether a case ends the node, which all others need. */
function restarts(of: Case): boolean {
  return of.kind === 'script' && JSON.stringify(of.script).includes('"restart":');
}

/** Whether a case makes the node refuse proofs, which it counts per address. */
function failsProofs(of: Case): boolean {
  return of.kind !== 'property' && JSON.stringify(of).includes('AUTH_FAILED');
}

/** Of the cases that run alone: observations first, then those after which an address may be turned away. */
function rank(of: Case): number {
  if (of.kind === 'observation') return 0;
  return of.needs?.includes('limit:FAILED_PROOFS') ? 2 : 1;
}

async function pool(
  cases: readonly Case[],
  workers: number,
  run: (of: Case) => Promise<void>,
  stop: () => boolean,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < cases.length && !stop()) await run(cases[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(workers, cases.length) }, work));
}
