import { toHex } from '../bytes/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { authString, pskProof, type Role } from '../crypto/schedule.ts';
import { refuse } from '../errors.ts';
import type { ControlMessageOf } from '../wire/control/message.ts';
import { AuthKind } from '../wire/control/rules.ts';
import type { ClientCredential, IdentityCredential, ServerCredential } from './credential.ts';

/** AUTH: `kind`, `kid` (a client's, kind 1), `pub` (kind 2), `proof`. */
export type Auth = ControlMessageOf<'AUTH'>;

/** Bytes of a psk drawn in place of an unknown one. */
const DECOY_BYTES = 32;

/** The client's AUTH. */
export function proveClient(crypto: CryptoProvider, credential: ClientCredential, th: Uint8Array): Auth {
  if (credential.kind === 'identity') return identityProof(crypto, credential, 'client', th);
  const { kid, psk } = credential;
  return { name: 'AUTH', kind: AuthKind.PSK, kid, proof: pskProof(crypto, psk, 'client', th) };
}

/** Who a client is, and the server's own AUTH for it. */
export interface JudgedClient {
  readonly principal: string;
  readonly answer: Auth;
}

/**
 * The server's judgement of a client's AUTH. `announced` is `auth` of the client's SESSION. Refuses by `auth.failed`.
 *
 * One path and one cost (HS-83): whatever is wrong, one proof is computed and compared, for an unknown key under one
 * drawn at random, and only then is anything refused. The server's own proof is made after that (HS-84).
 */
export function judgeClient(
  crypto: CryptoProvider,
  credential: ServerCredential,
  announced: number,
  auth: Auth,
  th: Uint8Array,
): JudgedClient {
  if (credential.kind === 'identity') {
    const principal = judgeIdentity(crypto, credential, announced, auth, 'client', th);
    return { principal, answer: identityProof(crypto, credential, 'server', th) };
  }
  const decoy = crypto.randomBytes(DECOY_BYTES); // drawn for known ones, too: the same work
  const known = auth.kid === undefined ? undefined : credential.psks.get(auth.kid);
  const psk = known ?? decoy;
  const right = crypto.constantTimeEqual(auth.proof, pskProof(crypto, psk, 'client', th));
  if (!right || known === undefined || auth.kind !== AuthKind.PSK || announced !== AuthKind.PSK) refuse('auth.failed');
  const answer: Auth = { name: 'AUTH', kind: AuthKind.PSK, proof: pskProof(crypto, psk, 'server', th) };
  return { principal: auth.kid!, answer };
}

/** The client's judgement of the server's AUTH: the name of the key that was proved. Refuses by `auth.failed`. */
export function judgeServer(
  crypto: CryptoProvider,
  credential: ClientCredential,
  announced: number,
  auth: Auth,
  th: Uint8Array,
): string {
  if (credential.kind === 'identity') return judgeIdentity(crypto, credential, announced, auth, 'server', th);
  const right = crypto.constantTimeEqual(auth.proof, pskProof(crypto, credential.psk, 'server', th));
  if (!right || auth.kind !== AuthKind.PSK || announced !== AuthKind.PSK) refuse('auth.failed');
  return credential.kid;
}

function identityProof(crypto: CryptoProvider, credential: IdentityCredential, role: Role, th: Uint8Array): Auth {
  const { privateKey, publicKey } = credential.identity;
  const proof = crypto.sign(privateKey, authString(role, th));
  return { name: 'AUTH', kind: AuthKind.IDENTITY, pub: publicKey, proof };
}

/** The owner of the pinned key that signed. For an unknown key a signature by the own key is looked for: the same work. */
function judgeIdentity(
  crypto: CryptoProvider,
  credential: IdentityCredential,
  announced: number,
  auth: Auth,
  prover: Role,
  th: Uint8Array,
): string {
  const owner = auth.pub === undefined ? undefined : credential.pinned.get(toHex(auth.pub));
  const key = owner === undefined ? credential.identity.publicKey : auth.pub!;
  const right = crypto.verify(key, authString(prover, th), auth.proof);
  if (!right || owner === undefined || auth.kind !== AuthKind.IDENTITY || announced !== AuthKind.IDENTITY)
    return refuse('auth.failed');
  return owner;
}
