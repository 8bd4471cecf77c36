const cleanups = new Set<() => void>();
let armed = false;

/** Runs `cleanup` when the kit ends, however that happens, unless the result was called before. */
export function atExit(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  if (!armed) {
    armed = true;
    process.once('exit', () => {
      for (const each of cleanups) each();
    });
  }
  return () => void cleanups.delete(cleanup);
}
