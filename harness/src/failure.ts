/** What a case can end with besides success. None of these is ever shown with a stack trace. */

/** The node did not do what was due. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
  readonly expected: string;
  readonly got: string;
  /** The requirement that was broken, where it is another one than the first of the case. */
  readonly requirement: string | undefined;

  constructor(expected: string, got: string, requirement?: string) {
    super(`expected ${expected}; got ${got}`);
    this.expected = expected;
    this.got = got;
    this.requirement = requirement === '' ? undefined : requirement;
  }
}

/** The case could not be judged, through no fault of the node that the case is about. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
}

/** The harness, or the case, is wrong: verdict `error`. */
export class HarnessFault extends Error {
  override readonly name = 'HarnessFault';
}

/** The command was asked for something that cannot be done: exit status 2, and this sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
