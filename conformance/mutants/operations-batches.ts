/** Mutants of chapter 7: nodes that read, judge or send batches wrongly. */
import { teamOf } from '../../reference/src/wire/index.ts';
import { withDependents } from './dependents.ts';
import { decodes, rejected, rejection } from './factories.ts';
import { at, type Mutant, within } from './mutant.ts';
import { bodyOf, countOf, wholeOperations } from './operations-batch-bytes.ts';
import { feeding } from './operations-batch-feeding.ts';
import { reading } from './operations-batch-reading.ts';
import { Traces } from './traces.ts';

const REASONS: ReadonlySet<string> = new Set(['batch.truncated', 'batch.operation-short', 'batch.trailing-bytes']);

const judging: readonly Mutant[] = [
  {
    name: 'batch-stored-before-its-end',
    breaks: ['OP-58'],
    title: 'Stores the operations of a batch one by one, before it knows that the batch is sound',
    faults() {
      const traces = new Traces();
      return [
        traces.ofLog(),
        at('decodeBatch', {
          when: (call) => REASONS.has(call.refusal() ?? '') && wholeOperations(bodyOf(call.args[0]), 1).length > 0,
          then(call) {
            for (const bytes of wholeOperations(bodyOf(call.args[0]), countOf(call.args[0]))) {
              const operation = decodes(bytes);
              if (operation === undefined || operation.type === 'sealed') continue;
              const { id, collection } = operation;
              traces.log?.append({ id, collection, team: teamOf(operation) }, bytes, 0);
            }
            return call.standard();
          },
        }),
      ];
    },
  },
  {
    name: 'batch-rejected-as-a-whole',
    breaks: ['OP-59'],
    title: 'Rejects all operations of a batch of which one is malformed',
    faults() {
      let isPoisoned = false;
      return [
        at('push', {
          when: ({ args: [, operations] }) =>
            operations.length > 1 && operations.some((bytes) => decodes(bytes) === undefined),
          then(call) {
            isPoisoned = true;
            try {
              call.standard();
            } finally {
              isPoisoned = false;
            }
          },
        }),
        within('createReceiver', 'judge', {
          when: () => isPoisoned,
          then: ({ args: [bytes] }) => rejected(bytes, rejection('operation.truncated')),
        }),
      ];
    },
  },
];

export const batchMutants: readonly Mutant[] = withDependents([...reading, ...judging, ...feeding]);
