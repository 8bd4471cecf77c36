import fc from 'fast-check';
import { sha256 } from '../../harness/src/primitives.ts';
import type { PropertyCase } from '../../harness/src/property.ts';
import { decodeOperation, ProtocolError } from '../../reference/src/wire/index.ts';
import { damage, damaged } from './lib/damage.ts';
import {
  answer,
  apart,
  batchMessage,
  encoded,
  fed,
  insert,
  mayStore,
  operation,
  operationMessage,
  subscribe,
} from './lib/operations.ts';

/** Operations of all collections come, so the feed of the whole log is read from its head on. */
export const operationsComeBack: PropertyCase = {
  id: 'property-operations-come-back',
  title: 'Every operation that an author may write is stored and fed byte for byte',
  level: 'L0',
  role: 'server',
  requirements: [
    ...['OP-2', 'OP-3', 'OP-4', 'OP-5', 'OP-6', 'OP-7', 'OP-8', 'OP-10', 'OP-11', 'OP-12', 'OP-13', 'OP-15', 'SYNC-28'],
    ...['OT-1', 'OT-2', 'OT-3', 'OT-4', 'OT-5', 'LBL-5', 'OP-1', 'OP-41', 'SYNC-58', 'SYNC-59'],
    ...['REC-1', 'REC-2', 'REC-5', 'REC-6', 'REC-10', 'REC-11', 'REC-12', 'REC-16'],
    ...Array.from({ length: 16 }, (_, i) => `TAG-${i + 1}`),
    'SYNC-22',
    'MSG-16',
    'MSG-18',
  ],
  async run(context) {
    const [author, reader] = [await context.open({ name: 'author' }), await context.open({ name: 'reader' })];
    const first = insert(author, context.collection);
    await author.send(operationMessage(first));
    await answer(author, first);
    await subscribe(reader, { cur: author.ledger.seen! });
    await context.check(
      fc.asyncProperty(operation, async (body) => {
        const of = encoded(apart(body, context.fresh), context.fresh);
        await author.send(operationMessage(of));
        const verdict = await answer(author, of);
        context.expect(mayStore(body).includes(verdict), `${Buffer.from(of).toString('hex')} stored`, verdict);
        if (verdict === 'stored') await fed(reader, [of]);
      }),
    );
  },
};

export const batchesOfAnyShape: PropertyCase = {
  id: 'property-batches-of-any-shape',
  title: 'A batch of any number of operations is stored as a whole and fed in its order',
  level: 'L1',
  role: 'server',
  requirements: [
    'OP-52',
    'OP-59',
    'OP-60',
    'LIM-5',
    'OP-50',
    'OP-51',
    'SYNC-22',
    'SYNC-53',
    'SYNC-62',
    'TAG-7',
    'OP-3',
  ],
  needs: ['usual-push-window'],
  async run(context) {
    const [author, reader] = [await context.open({ name: 'author' }), await context.open({ name: 'reader' })];
    await subscribe(reader, { col: context.collection });
    const mayPack = context.capabilities.has('COMPRESSION');
    const shape = fc.record({
      sizes: fc.array(fc.oneof(fc.nat(64), fc.nat(2000)), { minLength: 1, maxLength: 256, size: 'max' }),
      packed: fc.boolean(),
    });
    await context.check(
      fc.asyncProperty(shape, async ({ sizes, packed }) => {
        const node = context.fresh.id();
        const operations = sizes.map((size) => {
          const changes = new Map([['noise', context.fresh.bytes(size)]]);
          return insert(author, context.collection, { node, changes });
        });
        await author.send(batchMessage(operations, packed && mayPack));
        for (const of of operations)
          context.expect((await answer(author, of)) === 'stored', 'stored', 'another answer');
        await fed(reader, operations);
        await author.fence();
      }),
      { runs: Math.min(context.runs, 40) },
    );
  },
};

/** What a node may answer to bytes that have an id, as a strict decoder sees them. */
function model(of: Uint8Array): readonly string[] {
  try {
    const decoded = decodeOperation(of, { sha256 });
    return decoded.type === 'sealed' ? ['MODE_MISMATCH'] : mayStore(decoded);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'OP_MALFORMED') return ['OP_MALFORMED'];
    throw error;
  }
}

const OPERATION = Array.from({ length: 21 }, (_, i) => `OP-${i + 28}`);
/** Every refusal of a record but the checksum's: records of version 02 never cross a link. */
const RECORD = Array.from({ length: 17 }, (_, i) => `REC-${i + 19}`).filter((id) => id !== 'REC-23');

export const damagedOperations: PropertyCase = {
  id: 'property-damaged-operations',
  title: 'A damaged operation is stored when it is still one, and else rejected; nothing wrong is ever fed',
  level: 'L0',
  role: 'server',
  requirements: [
    ...OPERATION,
    ...RECORD,
    ...[
      'SYNC-53',
      'SYNC-54',
      'SYNC-57',
      'SYNC-58',
      'SYNC-60',
      'SYNC-65',
      'OP-2',
      'OP-4',
      'OP-5',
      'OP-8',
      'OP-13',
      'OP-15',
      'OP-17',
      'OP-22',
      'OP-24',
      'OP-27',
    ],
    ...[
      'OT-1',
      'OT-2',
      'OT-3',
      'OT-4',
      'OT-5',
      'OT-6',
      'LBL-5',
      'REC-3',
      'REC-4',
      'REC-5',
      'REC-6',
      'REC-10',
      'REC-11',
      'REC-12',
      'REC-13',
      'REC-16',
    ],
    ...[
      'LIM-8',
      'LIM-9',
      'LIM-10',
      'OP-3',
      'OP-6',
      'OP-7',
      'OP-1',
      'OP-10',
      'OP-11',
      'OP-14',
      'MSG-36',
      'CTRL-3',
      'MSG-33',
      'MSG-34',
      'MSG-35',
      'MSG-37',
      'SYNC-59',
    ],
    ...Array.from({ length: 16 }, (_, i) => `TAG-${i + 1}`),
    'REC-1',
    'REC-2',
    'OP-12',
    'SYNC-22',
    'SYNC-28',
    'MSG-16',
    'MSG-18',
  ],
  async run(context) {
    const [author, reader] = [await context.open({ name: 'author' }), await context.open({ name: 'reader' })];
    const first = insert(author, context.collection);
    await author.send(operationMessage(first));
    await answer(author, first);
    await subscribe(reader, { cur: author.ledger.seen! });
    await context.check(
      fc.asyncProperty(operation, fc.array(damage, { minLength: 1, maxLength: 2 }), async (body, damages) => {
        const right = encoded(apart(body, context.fresh), context.fresh);
        const of = damages.reduce<Uint8Array>((bytes, how) => damaged(bytes, how, 16), right);
        const due = model(of);
        await author.send(operationMessage(of));
        const verdict = await answer(author, of);
        const text = Buffer.from(of).toString('hex');
        context.expect(due.includes(verdict), `${due.join(' or ')} for ${text}`, verdict);
        if (verdict === 'stored') await fed(reader, [of]);
        else if (verdict !== 'duplicate') await answerAgain(verdict, right, mayStore(body));
      }),
    );

    /** The id of a rejected operation stays free. */
    async function answerAgain(refused: string, right: Uint8Array, due: readonly string[]): Promise<void> {
      await author.send(operationMessage(right));
      const verdict = await answer(author, right);
      context.expect(due.includes(verdict), `the operation stored after ${refused}`, verdict);
    }
  },
};
