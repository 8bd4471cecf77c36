import { CaseFailure, HarnessFault } from '../failure.ts';
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
 * Waits for the end and judges it. A wrong last word fails at once; a right one has to be followed by FIN (spec section
 * 5.6). Without a time of its own the wait asks by PING whether the node is still there, and fails when it answers.
 */
export async function endsWith(peer: Peer, ending: Ending, within?: number): Promise<void> {
  const expected = endingName(ending);
  const ended = (): true | undefined => {
    const { lastWord } = peer.inbound;
    if (lastWord !== undefined && !allows(ending, lastWord)) throw new CaseFailure(expected, peer.howEnded());
    return peer.ended === undefined ? undefined : true;
  };
  const proof = within === undefined ? 'fence' : undefined;
  try {
    await peer.wait(expected, ended, { within, proof });
  } catch (error) {
    const said = peer.inbound.lastWord !== undefined && peer.ended === undefined && peer.violation === undefined;
    if (error instanceof CaseFailure && said && allows(ending, peer.inbound.lastWord)) {
      throw new CaseFailure(expected, `${peer.howEnded()}, and the link stays open`, Rule.shutDown);
    }
    throw error;
  }
  judgeEnd(peer, ending, expected);
}

function judgeEnd(peer: Peer, ending: Ending, expected: string): void {
  const { lastWord } = peer.inbound;
  if (ending.word === 'any') return;
  if (ending.word === 'silent') {
    if (lastWord !== undefined) throw new CaseFailure(expected, peer.howEnded());
    return;
  }
  if (lastWord === undefined) throw new CaseFailure(expected, peer.howEnded());
  if (peer.ended === 'reset') {
    throw new CaseFailure(expected, `${peer.howEnded()} and then a reset`, Rule.shutDown);
  }
}

function allows(ending: Ending, lastWord: Peer['inbound']['lastWord']): boolean {
  if (ending.word === 'any') return true;
  if (lastWord === undefined || lastWord.name !== ending.word) return false;
  if (ending.codes.length === 0) throw new HarnessFault(`${ending.word} needs a code`);
  return ending.codes.includes(lastWord.code);
}
