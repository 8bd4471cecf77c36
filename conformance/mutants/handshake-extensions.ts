import type { RefusalName } from '../../reference/src/registry.ts';
import { decodeExtensions } from '../../reference/src/wire/index.ts';
import { refusesHello, takesHello } from './handshake-faults.ts';
import type { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

function mutant([name, breaks, title, dependents]: Row, ...faults: ReturnType<typeof at>[]): Mutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults: () => faults };
}

/** Takes an extension block that is refused, where `meant` says so. */
function takesBlock(row: Row, reason: RefusalName, meant: (block: Uint8Array) => boolean): Mutant {
  return mutant(
    row,
    takesHello(reason, (raw) => meant(raw.extensions)),
  );
}

const LENGTH = 'extensions.length';

export const extensionMutants: readonly Mutant[] = [
  mutant(
    [
      'hello-extensions-unread',
      ['HS-29', 'HS-18'],
      'Does not look at what follows the token',
      ['hello-target-refused', 'errors-first-check-decides'],
    ],
    takesHello(LENGTH),
    takesHello('extensions.order'),
    takesHello('hello.target'),
  ),
  takesBlock(
    ['hello-extensions-one-byte', ['HS-48'], 'Ignores a single byte behind the token', ['errors-first-check-decides']],
    LENGTH,
    ({ length }) => length === 1,
  ),
  takesBlock(
    ['hello-extensions-empty-block', ['HS-49', 'HS-52'], 'Takes an extension block without entries'],
    LENGTH,
    (block) => block.length === 2 && block[0] === 0 && block[1] === 0,
  ),
  takesBlock(
    ['hello-extensions-total-unread', ['HS-49', 'HS-52'], 'Does not look at the total of an extension block'],
    LENGTH,
    (block) => block.length > 2 && isRead(withTotal(block)),
  ),
  takesBlock(
    ['hello-extensions-rest-ignored', ['HS-111'], 'Ignores what is too short for an entry at the end of a block'],
    LENGTH,
    (block) => hasTotal(block) && [1, 2, 3].some((n) => isRead(withTotal(block.subarray(0, block.length - n)))),
  ),
  takesBlock(
    ['hello-extensions-value-clipped', ['HS-112'], 'Takes a value that runs past the end as far as it goes'],
    LENGTH,
    (block) => hasTotal(block) && isRead(withTotal(Buffer.concat([block, Uint8Array.of(0)]))),
  ),
  takesBlock(
    ['hello-extensions-any-order', ['HS-50', 'HS-53'], 'Takes the extensions of a HELLO in any order'],
    'extensions.order',
    () => true,
  ),
  takesBlock(
    ['hello-extensions-twice', ['HS-50'], 'Takes an extension that stands twice'],
    'extensions.order',
    (block) => block.length === 10 && block[2] === block[6],
  ),
  mutant(
    ['hello-extensions-of-200-bytes', ['HS-52', 'HS-53'], 'Takes no extension block of more than 200 bytes'],
    refusesHello(LENGTH, ({ extensions }, refusal) => refusal === undefined && extensions.length > 200),
  ),
  mutant(
    [
      'hello-extension-unknown-refused',
      ['HS-54', 'HS-18'],
      'Refuses extensions that it does not know, save those that are GREASE',
      ['welcome-form'],
    ],
    refusesHello('extensions.order', ({ extensions }, refusal) => refusal === undefined && isStrange(extensions)),
  ),
  mutant(['hello-target-any', ['HS-30'], 'Takes any text for a target'], takesHello('hello.target')),
  mutant(
    ['hello-block-before-database', ['ERR-106'], 'Judges the extension block before the database name'],
    refusesHello(LENGTH, (raw, refusal) => refusal === 'hello.database-name' && raw.extensions.length === 1),
  ),
];

function isRead(block: Uint8Array): boolean {
  try {
    decodeExtensions(block);
    return true;
  } catch {
    return false;
  }
}

/** The block with the total that its length makes due. */
function withTotal(block: Uint8Array): Uint8Array {
  const right = Uint8Array.from(block);
  new DataView(right.buffer).setUint16(0, block.length - 2);
  return right;
}

function hasTotal(block: Uint8Array): boolean {
  return block.length > 2 && block[0] === (block.length - 2) >> 8 && block[1] === ((block.length - 2) & 0xff);
}

/** Whether there is an extension that is neither `target` nor GREASE. */
function isStrange(block: Uint8Array): boolean {
  return decodeExtensions(block).some(({ type }) => type !== 1 && (type & 0x0f0f) !== 0x0a0a);
}
