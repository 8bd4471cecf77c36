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

/** Why there is nothing to test. `status` is the exit status: 2 nothing is there, 1 what is there speaks no blazedb/1.0. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';
  readonly status: 1 | 2;
  readonly requirement: string | undefined;

  constructor(status: 1 | 2, message: string, requirement?: string) {
    super(message);
    this.status = status;
    this.requirement = requirement;
  }
}
