import { type ClientState, hasSpoken, type ServerState } from '../handshake/state.ts';
import type { Out } from '../handshake/step.ts';
import { ErrorCode, type ErrorName, FrameType } from '../registry.ts';
import { decodeAlert, encodeAlert } from '../wire/alert.ts';
import { encodeFrame, FRAME_HEADER_BYTES } from '../wire/frame.ts';

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

/** The last word of a side that has no refusal to tell, before OPEN: there is no CLOSE yet. */
export function earlyWord(role: 'client' | 'server', state: ClientState | ServerState, code: number): Out {
  if (hasSpoken(role, state)) return { sealed: { name: 'ERROR', code } };
  return { frame: encodeFrame(FrameType.ALERT, encodeAlert({ code })) };
}

/** What a last word is; nothing for silence. */
export function wordOf(out: Out | undefined): Pick<Ending, 'word' | 'code'> {
  if (out?.frame !== undefined)
    return { word: 'ALERT', code: decodeAlert(out.frame.subarray(FRAME_HEADER_BYTES)).code };
  const sealed = out?.sealed;
  return sealed?.name === 'ERROR' || sealed?.name === 'CLOSE'
    ? { word: sealed.name, code: sealed.code }
    : { word: 'none' };
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
