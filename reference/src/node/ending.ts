import { ErrorCode, type ErrorName } from '../registry.ts';

/** How a connection ended. */
export interface Ending {
  /** Who said the last word; `nobody` for the end of the link without one. */
  readonly by: 'own' | 'peer' | 'nobody';
  readonly word: 'ALERT' | 'ERROR' | 'CLOSE' | 'none';
  /** Number of the code in the word. */
  readonly code?: number | undefined;
  /** What the own side refused or failed by. */
  readonly error?: unknown;
  /** Milliseconds that the peer asks to wait before the next connection. */
  readonly retry?: number | undefined;
}

const NAMES = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** Name of a code; an unknown one is named by its four hex digits. */
export function errorName(code: number): ErrorName | string {
  return NAMES.get(code) ?? code.toString(16).padStart(4, '0').toUpperCase();
}

/** One line for people. */
export function describeEnding({ by, word, code, error }: Ending): string {
  const said = word === 'none' ? 'the link ended' : `${word} ${code === undefined ? '' : errorName(code)}`.trim();
  const why = error instanceof Error ? `: ${error.message}` : '';
  return by === 'nobody' ? `${said}${why}` : `${said}, said by ${by === 'own' ? 'this side' : 'the peer'}${why}`;
}
