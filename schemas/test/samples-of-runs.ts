/** Accepted samples of a statement, a report and the frame of a case (the words of its steps have tests with the runner). */

export const STATEMENT = {
  node: 'example 1.0',
  levels: ['L0', 'L1'],
  capabilities: ['COMPRESSION'],
  auth: ['none', 'psk'],
  log: 'memory',
  limits: { HALF_OPEN: 8 },
  notes: 'what a reader should know',
};

const node = {
  label: 'psk',
  url: 'tcp://127.0.0.1:7654',
  command: 'blazedb-kit run tcp://127.0.0.1:7654',
  node: '000102030405060708090a0b0c0d0e0f',
  name: 'example 1.0',
  capabilities: ['COMPRESSION'],
  auth: 'psk',
  limits: { HALF_OPEN: 8 },
};

const entry = {
  at: 1.5,
  connection: 'A',
  from: 'node',
  name: 'WELCOME',
  size: 129,
  note: 'late',
  hex: '020000007c...',
  decoded: 'WELCOME',
};

export const REPORT = {
  kit: '0.1.0',
  spec: '1.0',
  catalogue: '0123456789abcdef',
  target: { nodes: [node] },
  seed: 1,
  startedAt: '2025-01-01T00:00:00.000Z',
  durationMs: 12.5,
  summary: { pass: 0, fail: 1, warning: 0, unsupported: 0, inconclusive: 0, error: 0 },
  cases: [
    {
      id: 'frame-unknown-type',
      title: 'refuses a frame of an unknown type',
      level: 'L1',
      role: 'server',
      requirements: ['FRAME-5'],
      verdict: 'fail',
      durationMs: 3,
      message: 'the connection stayed open',
      failure: { requirement: 'FRAME-5', expected: 'UNEXPECTED_MESSAGE', got: 'nothing' },
      target: 'psk',
      exchange: [entry],
    },
  ],
};

const head = {
  title: 'a frame of an unknown type is refused',
  level: 'L1',
  role: 'server',
  requirements: ['FRAME-5'],
  needs: ['psk'],
  exclusive: true,
  why: 'what the title cannot say',
};

export const CASES = {
  cases: [
    { id: 'an-example-script', ...head, each: { type: [9] }, script: ['connect', { connect: 'A' }] },
    {
      id: 'an-example-refusal',
      ...head,
      refusal: {
        given: ['open'],
        send: 'PING',
        change: { in: 'payload', truncate: 1 },
        expect: { error: 'BAD_FRAME' },
      },
    },
    { id: 'an-example-observation', ...head, observation: 'fresh-keys' },
  ],
};

/** An exported log of these operations. */
export function operationLog(operations: readonly unknown[]): { readonly [member: string]: unknown } {
  const id = '000102030405060708090a0b0c0d0e0f';
  const entry = {
    seq: 1,
    own: true,
    mark: id,
    known: ['tcp://a:1'],
    dead: [{ remote: 'tcp://b:1', code: 'READ_ONLY' }],
    withdrawn: false,
  };
  return {
    format: 'blazedb operation log',
    version: 1,
    database: 'bugs',
    node: id,
    log: id,
    dropped: 0,
    operations: operations.map((operation, i) => ({ ...entry, seq: i + 1, operation })),
  };
}
