import { StorageError } from '../sync/journal.ts';
import { codeOf, isFull } from './disk.ts';

/** What a failure of the disk means for whoever opens `path`; an error of another kind stays what it is. */
export function openingFailed(path: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (cause instanceof StorageError || code === 'unknown error') return cause;
  if (isFull(cause)) return new StorageError('full', `cannot open ${path} (${code}): make room on the disk`, { cause });
  return new StorageError('broken', `cannot open ${path} (${code})${adviceFor(code)}`, { cause });
}

function adviceFor(code: string): string {
  if (code === 'EROFS') return ': the disk is mounted read-only, and a node needs to write to its data folder';
  if (code === 'EACCES' || code === 'EPERM')
    return ': the folder and its files have to belong to whoever runs this, and be writable';
  if (code === 'ENOENT') return ': it is not there';
  return '';
}
