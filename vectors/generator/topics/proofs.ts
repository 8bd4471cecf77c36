import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { authString, pskProof, type Role } from '../../../reference/src/crypto/schedule.ts';
import { withByte } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { readJson } from '../root.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';

const STORED = {
  stored: 'Signed once and kept, since a signature is random: vectors/stored/signatures.json.',
} as const;

interface Signature {
  readonly id: string;
  readonly note: string;
  readonly role: Role;
  readonly publicKey: string;
  readonly proof: string;
}

const TH = python.transcriptHash;
const input = (role: Role) => toHex(authString(role, fromHex(TH)));

function psk(role: Role, key: string): string {
  return toHex(pskProof(nodeCrypto, fromHex(key), role, fromHex(TH)));
}

const PSKS: readonly (readonly [id: string, role: Role, key: string, source: string, note?: string])[] = [
  ['psk-client', 'client', python.psk, 'python'],
  ['psk-server', 'server', python.psk, 'python'],
  ['psk-16-bytes', 'client', '44'.repeat(16), 'kit', 'the shortest that is accepted'],
  ['psk-100-bytes', 'client', '55'.repeat(100), 'kit', 'longer than a block of SHA-256'],
];

const WRONG: readonly (readonly [id: string, role: Role, proof: string, note: string])[] = [
  [
    'psk-first-bit',
    'client',
    withByte(psk('client', python.psk), 0, '38'),
    'the first bit of the first byte is another',
  ],
  ['psk-last-bit', 'client', withByte(psk('client', python.psk), -1, '4b'), 'the last bit is another'],
  ['psk-reflected', 'client', psk('server', python.psk), "the server's proof, sent back"],
  ['psk-other-key', 'client', psk('client', '34'.repeat(32)), 'a proof under another key'],
  ['psk-cut', 'client', psk('client', python.psk).slice(0, 62), '31 bytes'],
  ['psk-empty', 'client', '', 'no proof at all'],
];

export const proofs: Topic = () => {
  const { valid, invalid } = readJson('vectors/stored/signatures.json') as { valid: Signature[]; invalid: Signature[] };
  const signature = ({ id, note, role, publicKey, proof }: Signature, requirements: readonly string[]) => ({
    front: { ...front(id, requirements, note, 'stored'), kind: 2, role, transcriptHash: TH },
    publicKey,
    proof,
  });
  return {
    ...head(
      'proofs',
      'What AUTH proves. `role` is that of the prover, `input` the string that is proved. Signatures are to be verified only.',
      {
        ...PYTHON,
        ...STORED,
        ...KIT,
      },
    ),
    valid: [
      ...PSKS.map(([id, role, key, source, note]) => ({
        ...front(id, ['HS-77', 'LBL-4'], note, source),
        kind: 1,
        role,
        transcriptHash: TH,
        psk: key,
        input: input(role),
        proof: psk(role, key),
      })),
      ...valid.map((entry) => {
        const { front, publicKey, proof } = signature(entry, ['HS-80', 'LBL-4']);
        return { ...front, publicKey, input: input(entry.role), proof };
      }),
    ],
    invalid: [
      ...WRONG.map(([id, role, proof, note]) => ({
        ...front(id, demanded('auth.failed'), note),
        kind: 1,
        role,
        transcriptHash: TH,
        psk: python.psk,
        proof,
        reason: 'auth.failed',
      })),
      ...invalid.map((entry) => {
        const { front, publicKey, proof } = signature(entry, demanded('auth.failed'));
        return { ...front, publicKey, proof, reason: 'auth.failed' };
      }),
    ],
  };
};
