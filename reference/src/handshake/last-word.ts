import type { Id } from '../bytes/id.ts';
import { ProtocolError } from '../errors.ts';
import { ErrorCode, FrameType, Refusal } from '../registry.ts';
import { encodeAlert } from '../wire/alert.ts';
import { encodeFrame } from '../wire/frame.ts';
import { type ClientState, hasSpoken, type ServerState } from './state.ts';
import type { Out } from './step.ts';

/** What an ERROR may add. */
export interface LastWordDetail {
  /** The operation that it is about. */
  readonly ref?: Id;
  /** Milliseconds to wait before connecting anew. */
  readonly retry?: number;
}

/**
 * What the side `role` in `state` says when it ends the connection for `error`: before its own SESSION an ALERT in clear
 * (ERR-103), afterwards a sealed ERROR (ERR-104), a sealed CLOSE where the refusal closes in order; `undefined` for a
 * frame that did not open, which is answered by silence (CHAN-10). What is no refusal is the own fault: INTERNAL (ERR-107).
 *
 * `msg` is the registry's sentence, the same for every cause of a refusal: it must not tell failed proofs apart (HS-83).
 */
export function lastWord(
  role: 'client' | 'server',
  state: ClientState | ServerState,
  error: unknown,
  detail: LastWordDetail = {},
): Out | undefined {
  const refusal = error instanceof ProtocolError ? error : undefined;
  if (refusal?.effect === 'silent') return undefined;
  const code = refusal?.codeNumber ?? ErrorCode.INTERNAL;
  if (!hasSpoken(role, state)) return { frame: encodeFrame(FrameType.ALERT, encodeAlert({ code })) };
  const retry = detail.retry === undefined ? {} : { retry: detail.retry };
  if (refusal?.effect === 'close') return { sealed: { name: 'CLOSE', code, ...retry } };
  const ref = detail.ref === undefined ? {} : { ref: detail.ref };
  const msg = refusal === undefined ? {} : { msg: Refusal[refusal.reason].meaning };
  return { sealed: { name: 'ERROR', code, ...ref, ...retry, ...msg } };
}
