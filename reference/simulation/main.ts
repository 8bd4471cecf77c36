/**
 * `npm run simulate`: plays histories of nodes that crash, restore backups and lose connections, and compares what is left
 * with what has to be. Exit status 0: nothing found; 1: an invariant broke; 2: it was called wrongly.
 */
import { parseArgs } from 'node:util';
import { bugs } from './bugs.ts';
import { play, storyOf } from './run.ts';
import { shrink } from './shrink.ts';

const HELP = `npm run simulate -- [options]

  --seed N      the first seed (default 1); a seed is a whole history, the same each time
  --seeds N     so many seeds, one after the other (default 1)
  --steps N     steps of each history (default 60)
  --bug NAME    with nodes that are wrong in one way; it is expected to be found
  --trace       print everything that happens, of one seed
  --no-shrink   do not look for a shorter history of a failure
  --help        this text

Bugs:
${Object.entries(bugs)
  .map(([name, { about }]) => `  ${name.padEnd(18)} ${about}`)
  .join('\n')}

A failure prints its seed, the invariant, the shortest history that was found and the end of its trace, and ends with
status 1. The invariants stand in reference/simulation/checks.ts.`;

/** Runs that shrinking may take, and lines of the trace that are shown. */
const SHRINKING = 400;
const SHOWN_LINES = 120;

function whole(value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new RangeError(`${JSON.stringify(value)} is no number above 0`);
  return number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      steps: { type: 'string' },
      bug: { type: 'string' },
      trace: { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.help) {
    print(HELP);
    return 0;
  }
  const bug = values.bug === undefined ? undefined : bugs[values.bug];
  if (values.bug !== undefined && bug === undefined)
    throw new RangeError(`no bug is called ${values.bug}; there are ${Object.keys(bugs).join(', ')}`);
  const [first, seeds, steps] = [whole(values.seed, 1), whole(values.seeds, 1), whole(values.steps, 60)];
  const began = performance.now();
  const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const [operations, events] = [{ count: 0 }, { count: 0 }];
  for (let seed = first; seed < first + seeds; seed++) {
    const story = storyOf(String(seed), steps);
    const outcome = await play(story, { bug, isTraced: values.trace });
    if (values.trace) for (const line of outcome.lines) print(line);
    if (outcome.failure !== undefined) {
      progress('');
      print(`seed ${seed}: ${outcome.failure.invariant} ${outcome.failure.what}`);
      if (!values['no-shrink']) {
        const { story: shortest, outcome: again, runs } = await shrink(story, outcome, bug, SHRINKING);
        const { nodes, ...others } = shortest.setup;
        print(`\nshortest history after ${runs} runs: ${shortest.steps.length} steps`);
        print(JSON.stringify(others));
        for (const node of nodes) print(`  ${JSON.stringify(node)}`);
        for (const step of shortest.steps) print(`  ${JSON.stringify(step)}`);
        print(`\nend of its trace (milliseconds, node, what):`);
        for (const line of again.lines.slice(-SHOWN_LINES)) print(line);
      }
      return 1;
    }
    operations.count += outcome.operations;
    events.count += outcome.events;
    const done = seed - first + 1;
    progress(`${done} of ${seeds} seeds, ${seconds()}`);
    if (!process.stderr.isTTY && done % 100 === 0 && done < seeds) print(`${done} of ${seeds} seeds, ${seconds()}`);
  }
  progress('');
  const total = `${operations.count} operations, ${events.count} events, ${seconds()}`;
  print(`${seeds} ${seeds === 1 ? 'seed' : 'seeds'} from ${first} on, ${steps} steps each: nothing found; ${total}`);
  return 0;
}

/** One line that is written over, for people. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  process.stderr.write(`${error.message}\nSee --help.\n`);
  process.exitCode = 2;
}
