#!/usr/bin/env node
import { main } from './program.ts';

/** A reader that goes away (`blazedb-kit list | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
