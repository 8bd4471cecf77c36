import { type Command, Option } from 'commander';

export interface InspectFlags {
  readonly key?: string;
  readonly as?: string;
  readonly json?: boolean;
}

const KINDS = [
  'frames',
  'record',
  'operation',
  'batch',
  'control',
  'cursor',
  'hello',
  'welcome',
  'verify',
  'complete',
  'alert',
  'extensions',
];

const EXAMPLES = `
Examples:
  blazedb-kit inspect 424c415a45010000                    a record
  blazedb-kit inspect capture.bin --key 00...ff           frames of one connection, sealed ones opened
  blazedb-kit inspect "$(cat op.hex)" --as operation --json

Exit status: 0 decoded, 1 the bytes are wrong, 2 they are no hex and no file.`;

/** Adds `inspect`. */
export function registerInspectCommand(program: Command, done: (status: number) => void): void {
  program
    .command('inspect')
    .description('decode frames, records, operations and messages')
    .argument(
      '<hex or file>',
      'hexadecimal digits (blanks are ignored), or a file of bytes or of hex; - for standard input',
    )
    .option('--key <hex>', 'the link key (64 hex digits), to open sealed frames')
    .addOption(new Option('--as <kind>', 'what the bytes are; default: what they look like').choices(KINDS))
    .option('--json', 'as JSON, one document')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string, flags: InspectFlags) => {
      const { inspectCommand } = await import('./inspect-command.ts');
      done(inspectCommand(input, flags));
    });
}
