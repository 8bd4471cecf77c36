import type { Command } from 'commander';

interface ExportFlags {
  readonly data: string;
  readonly database?: string;
  readonly passwordFile?: string;
}

const EXAMPLES = `
Examples:
  blazedb-kit log export --data ./data > operation_log.json
  blazedb-kit log export --data ./data --database bugs --password-file ./password

The form is that of schemas/operation-log.schema.json. Nothing in the folder is changed; a folder that a running node
uses is refused.

Exit status: 0 exported, 1 exported up to where the log is damaged (standard error says where), 2 it could not be done.`;

/** Adds `log export`. */
export function registerLogCommand(program: Command, done: (status: number) => void): void {
  const log = program.command('log').description('the durable log of a node');
  log
    .command('export')
    .description('print the operations of a database as operation_log.json')
    .requiredOption('--data <folder>', 'the data folder of the node, which is not running')
    .option('--database <name>', 'which database (default: the only one there is)')
    .option('--password-file <file>', 'the password of an encrypted folder: its first line, mode 0600')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ExportFlags) => {
      const { exportLog } = await import('./log-export.ts');
      done(await exportLog(flags));
    });
}
