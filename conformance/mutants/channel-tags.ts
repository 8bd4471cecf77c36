import { ProtocolError } from '../../reference/src/errors.ts';
import type { Out } from '../../reference/src/handshake/step.ts';
import { ErrorCode, FrameType } from '../../reference/src/registry.ts';
import { equalBytes } from '../../reference/src/wire/index.ts';
import { type Opening, opens, underItsOwnNonce, unverified } from './channel-opening.ts';
import { decodes } from './factories.ts';
import type { Fault } from './fault.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

/** All sealing keys of a node, with their crypto. */
function keyring(): { readonly note: Fault; readonly keys: Opening[] } {
  const keys: Opening[] = [];
  const note = at('createOpener', {
    when: ({ args: [crypto, key] }) => {
      keys.push({ crypto, key, due: 0 });
      return false;
    },
    then: (call) => call.standard(),
  });
  return { note, keys };
}

/** Says a word where silence is due. */
function speaks(reason: 'sealed.tag' | 'sealed.nonce', code: number): Fault {
  return at('lastWord', {
    when: ({ args: [, , error] }) => error instanceof ProtocolError && error.reason === reason,
    then: (): Out => ({ sealed: { name: 'ERROR', code } }),
  });
}

export const tagMutants: readonly Mutant[] = [
  {
    name: 'tag-unverified',
    title: 'Does not verify tags',
    breaks: ['CHAN-9', 'CHAN-11'],
    faults: () => opens('sealed.tag', (sealed, opening) => unverified(opening, sealed)),
  },
  {
    name: 'tag-by-prefix',
    title: 'Verifies the first 12 bytes of a tag',
    breaks: ['CHAN-9', 'CHAN-3'],
    faults: () =>
      opens('sealed.tag', (sealed, opening) => {
        const { crypto, key } = opening;
        const plaintext = unverified(opening, sealed);
        const right = crypto.seal(key, sealed.nonce, plaintext).subarray(plaintext.length);
        return equalBytes(right.subarray(0, 12), sealed.tag.subarray(0, 12)) ? plaintext : undefined;
      }),
  },
  {
    name: 'tag-of-zeros-taken',
    title: 'Takes a tag of zeros for one that need not be verified',
    breaks: ['CHAN-9', 'CHAN-3'],
    faults: () =>
      opens('sealed.tag', (sealed, opening) =>
        sealed.tag.every((byte) => byte === 0) ? unverified(opening, sealed) : undefined,
      ),
  },
  {
    name: 'tag-wrong-told',
    title: 'Says ERROR BAD_RECORD about a wrong tag',
    breaks: ['CHAN-10', 'ERR-102', 'ERR-9'],
    faults: () => [speaks('sealed.tag', ErrorCode.BAD_RECORD)],
  },
  {
    name: 'nonce-wrong-told',
    title: 'Says ERROR BAD_FRAME about a wrong nonce',
    breaks: ['CHAN-10', 'CHAN-8'],
    faults: () => [speaks('sealed.nonce', ErrorCode.BAD_FRAME)],
  },
  {
    name: 'tag-verified-late',
    title: 'Stores an operation and then verifies its tag',
    breaks: ['CHAN-11'],
    faults: () => {
      const wrong = new WeakSet<Uint8Array>();
      const [note, open] = opens('sealed.tag', (sealed, opening) => {
        if (sealed.type !== FrameType.OPERATION) return undefined;
        const plaintext = unverified(opening, sealed);
        if (decodes(plaintext) === undefined) return undefined;
        return plaintext;
      });
      return [
        note!,
        {
          ...open!,
          then: (call) => {
            const plaintext = open!.then(call) as Uint8Array;
            wrong.add(plaintext);
            return plaintext;
          },
        },
        at('incoming', {
          when: ({ args: [message] }) => message.kind === 'operations' && wrong.has(message.operations[0]!),
          then: (call) => {
            const [, , connection] = call.args;
            call.standard();
            connection.fail(new ProtocolError('sealed.tag'));
          },
        }),
      ];
    },
  },
  {
    name: 'key-of-any-connection',
    title: 'Opens a frame under the key of whichever connection fits',
    breaks: ['CHAN-9', 'CHAN-2'],
    faults: () => {
      const { note, keys } = keyring();
      return [
        note,
        ...opens('sealed.tag', (sealed) =>
          keys.reduce<Uint8Array | undefined>(
            (found, opening) => found ?? underItsOwnNonce(sealed, opening),
            undefined,
          ),
        ),
      ];
    },
  },
];
