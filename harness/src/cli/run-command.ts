import { readPskFile } from '../../../reference/src/node/psk-file.ts';
import { summaryLines } from '../report/console.ts';
import { exchangeLines } from '../report/exchange-lines.ts';
import { paintFor } from '../report/paint.ts';
import type { RunOptions } from '../run/options.ts';
import { exitStatus } from '../run/report.ts';
import { runConformance } from '../run/run.ts';
import { readStatement } from '../run/statement.ts';
import { showProgress } from './progress.ts';
import { checkWritable, writeReports } from './report-files.ts';
import type { RunFlags } from './run.ts';
import { endOnSignals } from './signals.ts';

/** `run`: the exit status. */
export async function runCommand(url: string | undefined, flags: RunFlags): Promise<number> {
  // the console goes where a JSON report on standard output is not in its way
  const out = flags.json === '-' ? process.stderr : process.stdout;
  const paint = paintFor(out.isTTY === true, process.env);
  checkWritable(flags);
  const options: RunOptions = {
    ...{ url, exec: flags.exec, database: flags.database, level: flags.level, grep: flags.grep, cases: flags.case },
    ...{ limits: flags.limit, slow: flags.slow, seed: flags.seed, runs: flags.runs, timeout: flags.timeout },
    ...{ workers: flags.workers, bail: flags.bail, trace: flags.trace },
    credential: flags.psk === undefined ? undefined : readPskFile(flags.psk),
    statement: flags.statement === undefined ? undefined : readStatement(flags.statement),
    command: commandLine(url, flags),
  };
  const progress = showProgress(out, paint, flags.trace === true);
  endOnSignals();
  try {
    const report = await runConformance({ ...options, onProgress: progress.on });
    progress.stop();
    if (flags.trace === true) {
      for (const { id, verdict, exchange, stack } of report.cases) {
        if (verdict === 'pass' && exchange !== undefined) out.write(`\n${id}\n${exchangeLines(exchange).join('\n')}\n`);
        if (stack !== undefined) out.write(`\n${id}\n${stack}\n`);
      }
    }
    out.write(`${summaryLines(report, paint).join('\n')}\n`);
    await writeReports(report, flags);
    return exitStatus(report);
  } finally {
    progress.stop();
  }
}

/** The command line that a report repeats: everything that names the target, nothing that selects cases. */
function commandLine(url: string | undefined, flags: RunFlags): string {
  const words = ['blazedb-kit run'];
  if (url !== undefined) words.push(quoted(url));
  if (flags.exec !== undefined) words.push('--exec', quoted(flags.exec));
  if (flags.database !== undefined && flags.database !== 'bugs') words.push('--database', quoted(flags.database));
  if (flags.psk !== undefined) words.push('--psk', quoted(flags.psk));
  if (flags.statement !== undefined) words.push('--statement', quoted(flags.statement));
  for (const [name, value] of Object.entries(flags.limit ?? {})) words.push('--limit', `${name}=${value}`);
  if (flags.slow === true) words.push('--slow');
  // without a statement this is what says that the log is durable
  if (flags.level !== undefined && flags.level >= 'L2') words.push('--level', flags.level);
  return words.join(' ');
}

/** A word as the shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
