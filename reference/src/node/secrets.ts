import type { CryptoProvider } from '../crypto/provider.ts';
import type { ClientState, ServerState } from '../handshake/state.ts';

/** The link key that a state of the handshake holds; it is one array from the first state that has it to OPEN. */
export function linkKeyOf(state: ClientState | ServerState): Uint8Array | undefined {
  if (state.kind === 'W_VERIFY') return state.agreement.linkKey;
  if (state.kind === 'OPEN') return state.open.linkKey;
  return 'bound' in state ? state.bound.linkKey : undefined;
}

/** Overwrites the keys that a state holds: the connection has ended (HS-61). */
export function wipeSecrets(crypto: CryptoProvider, state: ClientState | ServerState): void {
  linkKeyOf(state)?.fill(0);
  if (state.kind === 'W_WELCOME') crypto.erase(state.keyPair.privateKey);
}
