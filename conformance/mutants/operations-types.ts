/** Mutants of chapter 7: nodes that do not take a type of operation as it is meant. */
import { refuses, refusesPlain, rejection } from './factories.ts';
import { at, type Mutant } from './mutant.ts';
import { isExample } from './operations-sealed.ts';

/** Nodes that do not take a type as it is meant. */
export const types: readonly Mutant[] = [
  {
    name: 'operation-update-wants-its-insert',
    breaks: ['OT-2'],
    title: 'Refuses the update of a record that it does not know',
    faults() {
      const records = new Set<string>();
      return [
        at('decodeOperation', {
          when(call) {
            if (call.refusal() !== undefined) return false;
            const operation = call.standard();
            if (operation.type === 'insert') records.add(operation.record.toHex());
            return operation.type === 'update' && !records.has(operation.record.toHex());
          },
          then: () => {
            throw rejection('operation.type');
          },
        }),
      ];
    },
  },
  refusesPlain(
    {
      name: 'operation-delete-refused',
      breaks: ['OT-3', 'OP-7'],
      title: 'Takes the empty record of a delete for none',
    },
    ({ type }) => type === 'delete',
    'record.truncated',
  ),
  refusesPlain(
    {
      name: 'operation-index-label-cut',
      breaks: ['LBL-5', 'OT-4'],
      title: 'Leaves the 00 behind the label of an index out of its hash',
    },
    ({ type }) => type === 'createIndex',
    'operation.index-record',
  ),
  refusesPlain(
    {
      name: 'operation-drop-index-checked',
      breaks: ['OT-5', 'OP-41'],
      title: 'Refuses a dropIndex that it cannot check',
    },
    ({ type }) => type === 'dropIndex',
    'operation.index-record',
  ),
  refuses(
    {
      name: 'operation-sealed-unknown',
      breaks: ['OT-6', 'OP-19'],
      title: 'Does not know type 7 of the node of the examples',
    },
    isExample,
    'operation.type',
  ),
];
