#!/usr/bin/env node
import { main } from './program.ts';

/** A reader that goes away (`blazedb-kit list | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** The last resort: whatever nobody waited for ends as a sentence, too. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`error: ${error.message}\n`);
  if (process.argv.includes('--trace')) process.stderr.write(`${error.stack}\n`);
  process.exit(2);
});

process.exitCode = await main(process.argv.slice(2));
