import fc from 'fast-check';
import type { PropertyCase } from '../../harness/src/property.ts';
import { encodeRecord } from '../../reference/src/wire/index.ts';
import { answer, fed, insert, operationMessage, subscribe } from './lib/operations.ts';
import { record } from './lib/values.ts';

/** The requirements that a right record can show. */
const RECORDS = [
  ...['REC-1', 'REC-2', 'REC-5', 'REC-6', 'REC-10', 'REC-11', 'REC-12', 'REC-16'],
  ...Array.from({ length: 16 }, (_, i) => `TAG-${i + 1}`),
];

export const recordsComeBack: PropertyCase = {
  id: 'property-records-come-back',
  title: 'Every record that an encoder may write goes through a node and comes back byte for byte',
  level: 'L0',
  role: 'server',
  requirements: [...RECORDS, 'OP-12', 'SYNC-28', 'OT-1'],
  async run(context) {
    const [author, reader] = [await context.open({ name: 'author' }), await context.open({ name: 'reader' })];
    await subscribe(reader, { col: context.collection });
    await context.check(
      fc.asyncProperty(record, async (changes) => {
        const operation = insert(author, context.collection, { changes });
        await author.send(operationMessage(operation));
        const verdict = await answer(author, operation);
        const text = Buffer.from(encodeRecord(changes)).toString('hex');
        context.expect(verdict === 'stored', `${text} stored`, verdict);
        await fed(reader, [operation]);
      }),
    );
  },
};
