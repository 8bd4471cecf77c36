import { type Command, Option } from 'commander';
import type { Level } from '../property.ts';
import { limit, several, whole } from './options.ts';

export interface RunFlags {
  readonly exec?: string;
  readonly database?: string;
  readonly psk?: string;
  readonly level?: Level;
  readonly grep?: string;
  readonly case?: readonly string[];
  readonly statement?: string;
  readonly limit?: { readonly [name: string]: number };
  readonly slow?: boolean;
  readonly seed?: number;
  readonly runs?: number;
  readonly timeout?: number;
  readonly workers?: number;
  readonly bail?: boolean;
  readonly trace?: boolean;
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
}

const EXAMPLES = `
Examples:
  blazedb-kit run tcp://127.0.0.1:7474 --junit report.xml --html report.html
  blazedb-kit run --exec "python3 node.py --port {port} --data {data}" --level L1
  blazedb-kit run tcp://127.0.0.1:7474 --psk key.json --database tickets
  blazedb-kit run tcp://127.0.0.1:7474 --limit PING_IDLE=500 --limit DEAD_PEER=2000
  blazedb-kit run tcp://127.0.0.1:7474 --grep "/^batch-/" --seed 1 --trace

Exit status: 0 it conforms, 1 it does not (or completes no handshake), 2 nothing could be tested.`;

/** Adds `run`. */
export function registerRunCommand(program: Command, done: (status: number) => void): void {
  program
    .command('run')
    .description('test a node')
    .argument('[url]', 'where it listens: tcp://HOST:PORT or unix:PATH')
    .option('--exec <command>', 'start the node with this command; {port} and {data} are filled in')
    .option('--database <name>', 'the database to ask for', 'bugs')
    .option('--psk <file>', 'prove this pre-shared key: JSON {"kid", "psk"}, mode 0600')
    .addOption(
      new Option('--level <level>', 'this level and those below').choices(['L0', 'L1', 'L2', 'L3', 'L4', 'L5']),
    )
    .option('--grep <text>', 'cases with this text (or /expression/) in id, title, requirement, need or file')
    .option('--case <id>', 'this case; may be given several times', several)
    .option('--statement <file>', 'what the node says that it has (schemas/statement.schema.json)')
    .option('--limit <NAME=VALUE>', 'a limit that the node was started with; may be given several times', limit)
    .option('--slow', 'test every limit at its real value: minutes')
    .option('--seed <number>', 'what was generated before, again', whole(0))
    .option('--runs <number>', 'runs of each property', whole(1), 100)
    .option('--timeout <ms>', 'how long to wait for an answer', whole(1), 2000)
    .option('--workers <number>', 'cases at once', whole(1), 4)
    .option('--bail', 'end after the first case that fails')
    .option('--trace', 'show every case with its exchange')
    .option('--json <file>', 'write the report as JSON (- for standard output)')
    .option('--junit <file>', 'write the report as JUnit XML')
    .option('--html <file>', 'write the report as one HTML page')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string | undefined, flags: RunFlags) => {
      const { runCommand } = await import('./run-command.ts');
      done(await runCommand(url, flags));
    });
}
