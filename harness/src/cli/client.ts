import type { Command } from 'commander';
import { ProtocolError } from '../../../reference/src/errors.ts';
import { StorageError } from '../../../reference/src/sync/journal.ts';
import { UsageError } from '../failure.ts';
import type { ClientOptions } from './client-actions.ts';
import { whole } from './options.ts';

const HELP = `
Actions:
  list COLLECTION                         the records
  insert COLLECTION FIELD...              a new record; prints its id
  update COLLECTION RECORD FIELD...       sets fields
  delete COLLECTION RECORD                deletes
  watch COLLECTION                        what changes, until it is interrupted

FIELD is name=text, or name:=json for anything else. RECORD is an id, or as many of its first digits as tell it apart.

With --data the database is kept in a folder. It works without a connection: what is written then is pushed the next time.
Without it everything lives in memory, for this one command.

Examples:
  blazedb-kit client tcp://127.0.0.1:7474 insert bugs title="Fix login" priority:=3
  blazedb-kit client tcp://127.0.0.1:7474 list bugs
  blazedb-kit client tcp://127.0.0.1:7474 update bugs 3f2a priority:=1 owner:=null
  blazedb-kit client tcp://127.0.0.1:7474 watch bugs --data ~/bugs

Exit status: 0 done (or kept, with --data), 1 the server has refused it, 2 it could not be done.`;

/** Adds `client`: a database from the shell. */
export function registerClientCommand(program: Command, done: (status: number) => void): void {
  program
    .command('client')
    .description('read, write and watch the records of a node')
    .argument('<url>', 'where the node listens, such as tcp://127.0.0.1:7474')
    .argument('<action>', 'list, insert, update, delete, watch')
    .argument('<collection>', 'such as bugs')
    .argument('[words...]', 'a record and fields, as the action has them')
    .option('--database <name>', 'the database', 'bugs')
    .option('--psk <file>', 'prove oneself with this pre-shared key: JSON {"kid", "psk"}, mode 0600')
    .option('--data <folder>', 'keep the database in this folder, made if need be, and work offline')
    .option('--password-file <file>', 'the password of the data folder, in a file of mode 0600')
    .option('--json', 'print JSON: list as one array, watch as one line for each change')
    .option('--timeout <ms>', 'how long to wait for the node', whole(1), 10_000)
    .addHelpText('after', HELP)
    .action(async (url: string, action: string, collection: string, words: string[], options: ClientOptions) => {
      try {
        const { act } = await import('./client-actions.ts');
        done(await act({ url, action, collection, words, options }));
      } catch (error) {
        if (error instanceof StorageError || error instanceof ProtocolError) throw new UsageError(error.message);
        throw error;
      }
    });
}
