import { FrameType } from '../../../reference/src/registry.ts';
import { toHex } from '../../../reference/src/wire/index.ts';
import { CaseFailure, Inconclusive, PreflightError } from '../failure.ts';
import { nameOfCode } from '../peer/codes.ts';
import { open } from '../peer/handshake.ts';
import { DialError } from '../peer/link.ts';
import type { PeerOptions } from '../peer/options.ts';
import { Peer } from '../peer/peer.ts';

/** Milliseconds for the preflight from the first byte to the last: a node that trickles does not get more. */
const WHOLE_LIMIT = 12_000;

/**
 * One whole handshake and a fence before any case: a run against something that completes none ends here, with one
 * explanation, and not with a failure per case.
 */
export async function preflight(options: PeerOptions): Promise<Peer> {
  const peer = new Peer('preflight', options);
  const watchdog = setTimeout(() => peer.destroy(), WHOLE_LIMIT);
  try {
    await open(peer);
    await peer.fence();
    return peer;
  } catch (error) {
    throw explain(error, peer, options);
  } finally {
    clearTimeout(watchdog);
    peer.destroy();
  }
}

function explain(error: unknown, peer: Peer, options: PeerOptions): Error {
  const { url } = options.address;
  if (error instanceof DialError) {
    if (error.code === 'ECONNRESET') return new PreflightError(1, `${url} takes the connection and resets it`);
    return new PreflightError(2, dialText(error, url, options.timeout));
  }
  if (error instanceof Inconclusive) return new PreflightError(1, `${url}: ${error.message}`);
  if (!(error instanceof CaseFailure)) return error instanceof Error ? error : new Error(String(error));
  const { lastWord } = peer.inbound;
  if (lastWord !== undefined && peer.violation === undefined) {
    return new PreflightError(1, `${url} says ${peer.howEnded()}: ${wordText(nameOfCode(lastWord.code), options)}`);
  }
  if (peer.violation !== undefined) return violationText(error, peer, url);
  const { state } = peer.inbound;
  const at = STAGES[state] ?? 'in the handshake';
  if (peer.ended !== undefined && peer.ended !== 'self') {
    return new PreflightError(1, `${url} takes the connection and ends it without a word ${at}`);
  }
  const waited = peer.ended === 'self' ? WHOLE_LIMIT : options.timeout;
  const silence = state === 'W_WELCOME' ? 'says nothing: no WELCOME' : `falls silent ${at}`;
  return new PreflightError(1, `${url} takes the connection and ${silence} within ${waited} ms`);
}

const STAGES: { readonly [state: string]: string } = {
  W_WELCOME: 'after HELLO',
  W_COMPLETE: 'after VERIFY',
  W_SESSION: 'after COMPLETE',
  W_AUTH: 'after SESSION and AUTH',
  OPEN: 'after the handshake, where a PING has to be answered',
};

function dialText({ code, message }: DialError, url: string, timeout: number): string {
  if (code === 'ECONNREFUSED') return `nothing listens at ${url}: the connection is refused. Is the node running?`;
  if (code === 'ENOENT') return `nothing listens at ${url}: there is no such socket`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host of ${url} is not known`;
  if (code === 'TIMEOUT') return `${url} cannot be reached: no connection within ${timeout} ms`;
  return `${url} cannot be reached: ${message}`;
}

/** What a last word in a handshake means for whoever set it up. */
function wordText(code: string, { database, credential }: PeerOptions): string {
  switch (code) {
    case 'AUTH_REQUIRED':
      return credential === undefined
        ? 'it asks for a pre-shared key; give its file by --psk FILE'
        : 'it has no credential configured, but --psk was given; leave --psk out or configure the node';
    case 'AUTH_FAILED':
      return credential === undefined
        ? 'it does not accept our VERIFY, so its link key is another one than ours (spec/04-handshake.md, section 4.8)'
        : 'it does not accept the proof; is --psk the file that the node was started with?';
    case 'NO_SUCH_OR_DENIED':
      return `it has no database ${JSON.stringify(database)} for us; name it by --database NAME`;
    case 'UNSUPPORTED_VERSION':
      return 'it does not speak blazedb/1.0';
    case 'TRANSCRIPT_MISMATCH':
      return 'its transcript hash is another one than ours (spec/04-handshake.md, section 4.11)';
    case 'BUSY':
      return 'too many connections of this address are on their way; wait, or raise its limit HALF_OPEN';
    case 'RATE_LIMITED':
      return 'too many proofs of this address have failed; wait a minute, or raise its limit FAILED_PROOFS';
    default:
      return 'it refuses a right handshake';
  }
}

function violationText(error: CaseFailure, peer: Peer, url: string): Error {
  const at = STAGES[peer.inbound.state] ?? 'in the handshake';
  const looksLikeEcho = peer.inbound.state === 'W_WELCOME' && peer.firstBytes[0] === FrameType.HELLO;
  const what = looksLikeEcho
    ? 'sends our own HELLO back: that is an echo server'
    : `answers wrongly ${at}: expected ${error.expected}; got ${error.got}`;
  const text = peer.firstBytes.length === 0 || looksLikeEcho ? '' : `. Its first bytes: ${toHex(peer.firstBytes)}`;
  return new PreflightError(1, `${url} ${what}${text}`, error.requirement);
}
