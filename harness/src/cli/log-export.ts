import { once } from 'node:events';
import { operationLog } from '../../../reference/src/store/export.ts';
import { readFolder } from '../../../reference/src/store/folder.ts';
import { nodeDisk } from '../../../reference/src/store/node-disk.ts';
import { readPasswordFile } from '../../../reference/src/store/password-file.ts';
import { recoverySentence } from '../../../reference/src/store/recovery.ts';
import { StorageError } from '../../../reference/src/sync/journal.ts';
import { UsageError } from '../failure.ts';

export interface ExportRequest {
  readonly data: string;
  readonly database?: string;
  readonly passwordFile?: string;
}

/** `log export`: the exit status. */
export async function exportLog({ data, database, passwordFile }: ExportRequest): Promise<number> {
  const password = passwordFile === undefined ? undefined : readPasswordFile(passwordFile);
  try {
    const folder = readFolder(nodeDisk, data, { password });
    const name = database ?? onlyOne(data, folder.databases());
    const journals: ReturnType<typeof folder.readDatabase>[] = [];
    const read = () => {
      const journal = folder.readDatabase(name);
      journals.push(journal);
      return journal.changes;
    };
    try {
      for (const piece of operationLog(name, folder.nodeId, read)) {
        if (!process.stdout.write(piece)) await drained();
      }
      const recovery = journals.at(-1)!.recovery;
      const sentence = recoverySentence(folder.journalPath(name), recovery);
      if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
      return recovery.kind === 'damaged' ? 1 : 0;
    } finally {
      for (const journal of journals) journal.close();
    }
  } catch (error) {
    if (error instanceof StorageError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function onlyOne(data: string, names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  if (names.length === 0) throw new UsageError(`there is no database in ${data}`);
  throw new UsageError(`${data} has several databases: say --database and one of ${names.join(', ')}`);
}

/** What is printed faster than it is read waits. */
async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}
