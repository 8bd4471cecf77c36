import fc from 'fast-check';
import { build } from '../../harness/src/message/build.ts';
import { nameOfCode } from '../../harness/src/peer/codes.ts';
import type { Peer } from '../../harness/src/peer/peer.ts';
import { admitControl } from '../../harness/src/primitives.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { decodeControl, encodeControl, ProtocolError } from '../../reference/src/wire/index.ts';
import { damage, damaged } from './lib/damage.ts';
import { answer, insert, operationMessage, sealedMessage } from './lib/operations.ts';
import { bytes } from './lib/values.ts';

export const pingsWhilePushing: PropertyCase = {
  id: 'property-pings-while-pushing',
  title: 'Every PING comes back with its bytes, behind the answers to all that was pushed before it',
  level: 'L1',
  role: 'server',
  requirements: ['CTRL-16', 'CTRL-15', 'CTRL-21', 'MSG-46', 'MSG-47', 'MSG-48', 'MSG-49', 'SYNC-53', 'CHAN-7'],
  async run(context) {
    const peer = await context.open();
    const turn = fc.array(fc.oneof(fc.constant('push' as const), bytes(8, 8)), { minLength: 1, maxLength: 12 });
    await context.check(
      fc.asyncProperty(turn, async (steps) => {
        const pushed: Uint8Array[] = [];
        const messages = steps.map((step) => {
          if (step !== 'push') return peer.control('PING', { d: step });
          pushed.push(insert(peer, context.collection));
          return operationMessage(pushed.at(-1)!);
        });
        await peer.send(messages);
        const { pings } = peer.ledger;
        const due = pings.sentCount;
        await peer.wait('a PONG for each PING', () => (pings.answered >= due ? true : undefined));
        for (const of of pushed) context.expect((await answer(peer, of)) === 'stored', 'stored', 'another answer');
      }),
    );
  },
};

/** Ids that no message has. */
const unknownId = fc.integer({ min: 0, max: 255 }).filter((id) => !isKnown(id));

function isKnown(id: number): boolean {
  return decodesAsKnown(Uint8Array.of(id));
}

function decodesAsKnown(plaintext: Uint8Array): boolean {
  try {
    return decodeControl(plaintext).name !== 'UNKNOWN';
  } catch {
    return true;
  }
}

export const unknownControlMessages: PropertyCase = {
  id: 'property-unknown-control-messages',
  title: 'An unknown control message is skipped below 80 and UNKNOWN_CRITICAL from 80 on, whatever its body',
  level: 'L1',
  role: 'server',
  requirements: ['CTRL-7', 'CTRL-6', 'MSG-50', 'MSG-51', 'MSG-52', 'MSG-53', 'MSG-54', 'CTRL-31', 'FRAME-9'],
  async run(context) {
    let peer = await context.open();
    await context.check(
      fc.asyncProperty(unknownId, bytes(64), async (id, body) => {
        if (peer.ended !== undefined) peer = await context.open();
        await peer.send(sealedMessage(FrameType.CONTROL, Uint8Array.from([id, ...body])));
        if (id < 0x80) return peer.fence();
        const word = await lastWord(peer);
        context.expect(word === 'ERROR UNKNOWN_CRITICAL', 'ERROR UNKNOWN_CRITICAL', word);
      }),
    );
    await context.serves();
  },
};

/** How the node ended the connection, or `lives`. */
async function lastWord(peer: Peer): Promise<string> {
  try {
    await peer.wait('the end of the connection', () => (peer.ended === undefined ? undefined : true), {
      proof: 'fence',
    });
  } catch (error) {
    if (peer.ended === undefined && peer.violation === undefined) return 'lives';
    throw error;
  }
  const { lastWord: word } = peer.inbound;
  return word === undefined ? 'silence' : `${word.name} ${nameOfCode(word.code)}`;
}

/** What a server in OPEN does about a plaintext of CONTROL: `lives`, or the code of its ERROR. */
function model(plaintext: Uint8Array, limits: Parameters<typeof admitControl>[3]): string {
  try {
    if (admitControl('server', 'OPEN', plaintext, limits) === 'skip') return 'lives';
    const message = decodeControl(plaintext);
    if (message.name === 'FEED_ACK' || message.name === 'PONG') return 'ERROR ILLEGAL_PARAMETER';
    if (message.name === 'CLOSE') return 'CLOSE NO_ERROR';
    return message.name === 'ERROR' ? 'silence' : 'lives';
  } catch (error) {
    if (error instanceof ProtocolError) return `ERROR ${error.code}`;
    throw error;
  }
}

/** Right messages of a client in OPEN, on a connection on which nothing was fed. */
const right = fc.oneof(
  bytes(8, 8).map((d) => encodeControl({ name: 'PING', d }).slice()),
  fc
    .record({ req: fc.nat(), s: fc.integer({ min: 1, max: 99 }) })
    .map(({ req, s }) => encodeControl({ name: 'SUBSCRIBE', req, mode: 1, sc: [{ s, col: 'nothing' }] }).slice()),
  fc.nat(65_535).map((code) => encodeControl({ name: 'CLOSE', code, retry: 1 }).slice()),
  fc.nat(9).map((n) => encodeControl({ name: 'FEED_ACK', n }).slice()),
);

const CONTROL = Array.from({ length: 8 }, (_, i) => `CTRL-${i + 6}`);
/** Every refusal of a record but the checksum's: records of version 02 never cross a link. */
const RECORD = Array.from({ length: 17 }, (_, i) => `REC-${i + 19}`).filter((id) => id !== 'REC-23');
const FIELDS = [10, 11, 12, 13, 14, 15, 16, 38, 39, 46, 47, 55, 56, 57].map((n) => `MSG-${n}`);

export const damagedControlMessages: PropertyCase = {
  id: 'property-damaged-control-messages',
  title: 'A damaged control message is refused by the code of its first defect, and what is still right is served',
  level: 'L1',
  role: 'server',
  requirements: [
    ...CONTROL,
    ...FIELDS,
    ...['CTRL-25', 'CTRL-26', 'CTRL-32', 'CTRL-18', 'SYNC-42', 'SYNC-9', 'SYNC-19', 'SYNC-13', ...RECORD],
    ...['MSG-50', 'MSG-51', 'MSG-52', 'MSG-53', 'MSG-54', 'SYNC-11', 'LIM-3', 'CTRL-15'],
    'ERR-101',
  ],
  async run(context) {
    let peer = await context.open();
    await context.check(
      fc.asyncProperty(right, fc.array(damage, { minLength: 1, maxLength: 2 }), async (of, damages) => {
        const plaintext = damages.reduce<Uint8Array>((bytes, how) => damaged(bytes, how), of);
        if (plaintext.length === 0) return;
        if (peer.ended !== undefined || peer.inbound.lastWord !== undefined) peer = await context.open();
        const due = model(plaintext, context.limits);
        await peer.send(sealedMessage(FrameType.CONTROL, plaintext));
        const got = await lastWord(peer);
        context.expect(got === due, `${due} for ${Buffer.from(plaintext).toString('hex')}`, got);
      }),
    );
    await context.serves();
  },
};

export const messagesWithoutContents: PropertyCase = {
  id: 'property-msg-without-contents',
  title: 'The msg of a REJECT or an ERROR shows nothing of what was in the operation or the message',
  level: 'L1',
  role: 'server',
  requirements: ['CTRL-33', 'CTRL-11', 'MSG-47', 'SYNC-54'],
  async run(context) {
    const peer = await context.open();
    const letters = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      minLength: 16,
      maxLength: 15 + 16,
    });
    await context.check(
      fc.asyncProperty(letters, damage, async (secret, how) => {
        const changes = new Map([['title', secret]]);
        const of = insert(peer, context.collection, { changes });
        const wrong = damaged(of, how, 16);
        await peer.send(operationMessage(wrong));
        await answer(peer, wrong);
        for (const received of peer.inbound.received.slice(-2)) {
          if (!('message' in received) || received.message.name !== 'REJECT') continue;
          const { msg = '' } = received.message;
          context.expect(!msg.includes(secret), 'a msg without contents', msg);
        }
      }),
    );
    const other = await context.open();
    const secret = 'contentsofacontrolmessage';
    await other.send(build({ kind: 'control', name: 'PING', id: 0x30, fields: new Map([['d', secret]]) }));
    await lastWord(other);
    for (const received of other.inbound.received) {
      if (!('message' in received) || received.message.name !== 'ERROR') continue;
      context.expect(
        received.message.msg?.includes(secret) !== true,
        'a msg without contents',
        received.message.msg ?? '',
      );
    }
  },
};
