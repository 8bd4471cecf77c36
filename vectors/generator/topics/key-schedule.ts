import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { linkKey, verifyMac } from '../../../reference/src/crypto/schedule.ts';
import { Label } from '../../../reference/src/registry.ts';
import { text } from '../hex.ts';
import { demanded } from '../requirements.ts';
import { PYTHON, python } from '../sources.ts';
import { front, head, KIT, type Topic } from '../vector-file.ts';
import { BAD_KEYS } from './bad-keys.ts';

const small = (n: number) => n.toString(16).padStart(64, '0');
const ORDER_LESS_1 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550';

type Case = readonly [
  id: string,
  clientDatabase: string,
  serverDatabase: string,
  serverPrivateKey: string,
  note: string,
  source?: string,
];

const CASES: readonly Case[] = [
  ['one-name', 'bugs', 'bugs', python.server.privateKey, 'info is bugs:bugs', 'python'],
  ['two-names', 'my-bugs', 'bugs', python.server.privateKey, "the server's name is the lower one"],
  ['two-names-swapped', 'bugs', 'my-bugs', python.server.privateKey, 'the same info from the other side'],
  ['names-upper-case', 'bugs', 'Bugs', python.server.privateKey, 'upper case is lower by bytes'],
  ['names-prefix', 'bugs.archive', 'bugs', python.server.privateKey, 'a prefix is lower'],
  ['names-64', 'z'.repeat(64), 'a'.repeat(64), python.server.privateKey, 'the longest names'],
  ['x-leading-zero', 'bugs', 'bugs', small(501), 'x begins with one zero byte, which is kept'],
  ['x-two-leading-zeros', 'bugs', 'bugs', small(34288), 'x begins with two zero bytes, which are kept'],
  ['public-x-leading-zero', 'bugs', 'bugs', small(379), "X of the server's key begins with a zero byte"],
  ['public-y-leading-zero', 'bugs', 'bugs', small(43), "Y of the server's key begins with a zero byte"],
  ['private-1', 'bugs', 'bugs', small(1), "the server's key is the base point"],
  ['private-greatest', 'bugs', 'bugs', ORDER_LESS_1, 'the order less 1'],
];

export const keySchedule: Topic = () => ({
  ...head('key-schedule', 'From two key pairs and two database names to the link key and the answer to a challenge.', {
    ...PYTHON,
    ...KIT,
  }),
  valid: CASES.map(([id, clientDatabase, serverDatabase, serverPrivateKey, note, source = 'kit']) => {
    const clientPrivateKey = python.client.privateKey;
    const [client, server] = [clientPrivateKey, serverPrivateKey].map(fromHex) as [Uint8Array, Uint8Array];
    const serverPublicKey = nodeCrypto.publicKeyOf(server);
    const x = nodeCrypto.agree(client, serverPublicKey);
    const key = linkKey(nodeCrypto, x, clientDatabase, serverDatabase);
    return {
      ...front(id, ['HS-60', 'HS-62', 'LBL-2'], note, source),
      clientDatabase,
      serverDatabase,
      clientPrivateKey,
      clientPublicKey: toHex(nodeCrypto.publicKeyOf(client)),
      serverPrivateKey,
      serverPublicKey: toHex(serverPublicKey),
      ecdhX: toHex(x),
      salt: text(Label.LINK_SALT),
      info: text([clientDatabase, serverDatabase].sort().join(':')),
      linkKey: toHex(key),
      challenge: python.challenge,
      verify: toHex(verifyMac(nodeCrypto, key, fromHex(python.challenge))),
    };
  }),
  invalid: BAD_KEYS.map(([id, publicKey, note]) => ({
    ...front(id, demanded('hello.key'), note),
    privateKey: python.client.privateKey,
    publicKey,
    reason: 'hello.key',
  })),
});
