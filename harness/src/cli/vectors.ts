import type { Command } from 'commander';

/** Adds `vectors generate` and `vectors check`. */
export function registerVectorsCommand(program: Command, done: (status: number) => void): void {
  const vectors = program
    .command('vectors')
    .description('the golden vectors: make them anew, or prove that they are fresh');
  vectors
    .command('generate')
    .description('write the files that have changed')
    .action(async () => {
      const { vectorFiles, writeVectors } = await import('../../../vectors/generator/main.ts');
      const written = writeVectors();
      process.stdout.write(`${written.length} of ${vectorFiles().length} files written${names(written)}\n`);
    });
  vectors
    .command('check')
    .description('compare the files with what the generator makes')
    .action(async () => {
      const { checkVectors, vectorFiles } = await import('../../../vectors/generator/main.ts');
      const { fresh, stale } = checkVectors();
      process.stdout.write(
        fresh
          ? `${vectorFiles().length} files are fresh\n`
          : `stale${names(stale)}\n  blazedb-kit vectors generate writes them\n`,
      );
      done(fresh ? 0 : 1);
    });
}

function names(files: readonly string[]): string {
  return files.length === 0 ? '' : `: ${files.join(', ')}`;
}
