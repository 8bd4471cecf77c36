import { Command, CommanderError } from 'commander';
import { PreflightError, UsageError } from '../failure.ts';
import { kitVersion, SPEC_REVISION } from '../run/report.ts';
import { registerClientCommand } from './client.ts';
import { registerInspectCommand } from './inspect.ts';
import { registerListCommand } from './list.ts';
import { registerLogCommand } from './log.ts';
import { mutantResolver } from './mutant.ts';
import { registerNodeCommand } from './node.ts';
import { registerRunCommand } from './run.ts';
import { registerVectorsCommand } from './vectors.ts';

const EXAMPLES = `
Examples:
  blazedb-kit run tcp://127.0.0.1:7474                    test a node that listens
  blazedb-kit run --exec "./my-node --port {port}"        start it, test it, end it
  blazedb-kit run tcp://127.0.0.1:7474 --level L0         only what level L0 needs
  blazedb-kit run URL --case control-ping-answered        one case, with its exchange when it fails
  blazedb-kit list --grep HS-64                           which cases test a requirement
  blazedb-kit inspect 0403                                what do these bytes say
  blazedb-kit node --listen tcp://127.0.0.1:7474          a right node to compare with
  blazedb-kit client tcp://127.0.0.1:7474 list bugs       read and write its records

Exit status: 0 right, 1 what was tested or decoded is wrong, 2 it could not be done.`;

/** Runs the command line; resolves to the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('blazedb-kit')
    .description('The conformance kit of blazedb/1.0, and the reference node')
    .version(`blazedb-kit ${kitVersion()} (${SPEC_REVISION})`, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(blazedb-kit --help shows what there is)')
    .addHelpText('after', EXAMPLES);
  let status = 0;
  const done = (of: number): void => {
    status = of;
  };
  registerRunCommand(program, done);
  registerListCommand(program);
  registerInspectCommand(program, done);
  registerVectorsCommand(program, done);
  registerLogCommand(program, done);
  registerNodeCommand(program, await mutantResolver(argv));
  registerClientCommand(program, done);
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync(argv as string[], { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, argv.includes('--trace'));
  }
}

/** One sentence for whatever went wrong, and never a stack trace unless it was asked for. */
function explain(error: unknown, trace: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message}\n`);
  if (error instanceof PreflightError) {
    if (error.requirement !== undefined) process.stderr.write(`  by requirement ${error.requirement}\n`);
    return error.status;
  }
  const expected = error instanceof UsageError || error instanceof RangeError;
  if (trace && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else if (!expected) process.stderr.write('  this is a fault of the kit; --trace shows where\n');
  return 2;
}
