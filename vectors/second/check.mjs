/**
 * The second derivation: recomputes every valid vector and refuses every invalid one for the reason that it names.
 * It shares no code with the reference; it needs Node alone. `node vectors/second/check.mjs [folder]` prints one JSON
 * object { topics: { <topic>: { <list>: number of entries } }, failures: [text] } and exits 1 when there are failures.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';
import { topics } from './topics.mjs';

/** Lists whose entries name the reason of a refusal. */
const REFUSED = ['invalid', 'unencodable'];
/** Lists whose entries have to be right. */
const ACCEPTED = ['valid', 'skipped'];

export function check(folder) {
  const result = { topics: {}, failures: [] };
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    checkFile(file, result);
  }
  return result;
}

function checkFile(file, { topics: counts, failures }) {
  const derive = topics[file.topic];
  counts[file.topic] = {};
  for (const [list, entries] of Object.entries(file)) {
    if (![...REFUSED, ...ACCEPTED].includes(list)) continue;
    counts[file.topic][list] = 0;
    for (const entry of entries) {
      const reason = REFUSED.includes(list) ? (entry.reason ?? entry.failure) : undefined;
      const problem = problemOf(() => derive[list](entry, file), reason);
      if (problem === undefined) counts[file.topic][list] += 1;
      else failures.push(`${file.topic} ${list} ${entry.id}: ${problem}`);
    }
  }
}

/** Undefined when `derive` did what it had to: refuse by `reason`, or end without an error when there is none. */
function problemOf(derive, reason) {
  try {
    derive();
  } catch (error) {
    if (!(error instanceof Refusal)) return error.message;
    return error.reason === reason ? undefined : `refused by ${error.reason}, the vector says ${reason ?? 'valid'}`;
  }
  return reason === undefined ? undefined : `accepted, the vector says ${reason}`;
}

const result = check(process.argv[2] ?? join(import.meta.dirname, '..'));
console.log(JSON.stringify(result, null, 2));
process.exitCode = result.failures.length > 0 ? 1 : 0;
