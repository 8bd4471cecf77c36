import type { Scene } from './scene.ts';

/** One duty of a client, as a conversation with a server that plays by a script. */
export interface ClientCheck {
  /** Kebab case, stable. */
  readonly id: string;
  /** A fact about a right client. */
  readonly title: string;
  /** Requirements that it tests. */
  readonly requirements: readonly string[];
  /** Throws CheckFailure. */
  run(scene: Scene): Promise<void>;
}

/** The client did not do what was due. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';

  constructor(expected: string, got: string) {
    super(`expected ${expected}; got ${got}`);
  }
}

/** Throws CheckFailure unless the two, written as text, are equal. */
export function expectEqual(what: string, got: unknown, expected: unknown): void {
  const [is, due] = [shown(got), shown(expected)];
  if (is !== due) throw new CheckFailure(`${what} ${due}`, is);
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) return Buffer.from(part).toString('hex');
    return typeof part === 'object' && part !== null && 'toHex' in part ? (part as { toHex(): string }).toHex() : part;
  });
}
