/** A signal ends the kit by `exit`, so that what it started ends with it. The status is the shell's: 128 + number. */
export function endOnSignals(): void {
  process.once('SIGHUP', () => process.exit(129));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
