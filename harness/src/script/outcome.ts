import { CaseFailure } from '../failure.ts';
import { codeOf, nameOfCode } from '../peer/codes.ts';
import { Rule } from '../peer/oracle/rules.ts';
import type { Peer } from '../peer/peer.ts';

/** How a connection is to end: after one of these words, without one, or in any way. */
export interface Ending {
  readonly word: 'ALERT' | 'ERROR' | 'CLOSE' | 'silent' | 'any';
  /** Codes that are allowed with the word. */
  readonly codes: readonly number[];
}

const WORDS: { readonly [key: string]: Ending['word'] } = { alert: 'ALERT', error: 'ERROR', close: 'CLOSE' };

/** An ending of a script; `undefined` when the value is another outcome. */
export function resolveEnding(value: unknown): Ending | undefined {
  if (value === 'silent' || value === 'any') return { word: value, codes: [] };
  if (typeof value !== 'object' || value === null) return undefined;
  const [[key, codes] = ['', undefined]] = Object.entries(value);
  const word = WORDS[key];
  return word === undefined ? undefined : { word, codes: resolveCodes(codes) };
}

export function resolveCodes(value: unknown): readonly number[] {
  return (Array.isArray(value) ? value : [value]).map((code: string | number) => codeOf(code));
}

/** In words: "ALERT TIMEOUT and the end of the connection". */
export function endingName({ word, codes }: Ending): string {
  if (word === 'any') return 'the end of the connection';
  if (word === 'silent') return 'the end of the connection without a word';
  return `${word} ${codes.map(nameOfCode).join(' or ')} and the end of the connection`;
}

/**
 * Waits for the end and judges it: it is to be one of `endings`. A wrong last word fails at once; a right one has to be
 * followed by FIN (spec section 5.6). Without a time of its own the wait asks by PING whether the node is still there,
 * and fails when it answers.
 */
export async function endsWith(peer: Peer, endings: readonly Ending[], within?: number): Promise<void> {
  const expected = endings.map(endingName).join(', or ');
  const ended = (): true | undefined => {
    if (peer.inbound.lastWord !== undefined && !allowed(peer, endings))
      throw new CaseFailure(expected, peer.howEnded());
    return peer.ended === undefined ? undefined : true;
  };
  const proof = within === undefined ? 'fence' : undefined;
  try {
    await peer.wait(expected, ended, { within, proof });
  } catch (error) {
    const said = peer.inbound.lastWord !== undefined && peer.ended === undefined && peer.violation === undefined;
    if (error instanceof CaseFailure && said && allowed(peer, endings)) {
      throw new CaseFailure(expected, `${peer.howEnded()}, and the link stays open`, Rule.shutDown);
    }
    throw error;
  }
  if (!allowed(peer, endings)) throw new CaseFailure(expected, peer.howEnded());
  if (peer.inbound.lastWord !== undefined && peer.ended === 'reset' && !endings.some(({ word }) => word === 'any')) {
    throw new CaseFailure(expected, `${peer.howEnded()} and then a reset`, Rule.shutDown);
  }
}

function allowed(peer: Peer, endings: readonly Ending[]): boolean {
  const { lastWord } = peer.inbound;
  return endings.some(({ word, codes }) => {
    if (word === 'any') return true;
    if (word === 'silent' || lastWord === undefined) return word === 'silent' && lastWord === undefined;
    return lastWord.name === word && codes.includes(lastWord.code);
  });
}
