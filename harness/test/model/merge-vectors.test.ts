import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeOperation, fromHex, type JsonValue, toHex, valueFromJson } from '../../../reference/src/wire/index.ts';
import { MergeModel, textOf } from '../../src/model/merge.ts';

interface RecordState {
  readonly collection: string;
  readonly team: string;
  readonly record: string;
  readonly D?: string;
  readonly visible?: readonly (readonly [name: string, value: JsonValue])[];
}
interface Merge {
  readonly id: string;
  readonly operations: readonly string[];
  readonly deadLetters: readonly unknown[];
  readonly orders: readonly (readonly number[])[];
  readonly state: { readonly records: readonly RecordState[] };
}
interface Compaction {
  readonly id: string;
  readonly log: readonly { readonly seq: number; readonly operation: string }[];
  readonly retained: readonly number[];
}
interface WrongCompaction {
  readonly id: string;
  readonly base: string;
  readonly dropped: readonly number[];
  readonly failure: string;
}

function vectors<V, I>(topic: string): { readonly valid: readonly V[]; readonly invalid: readonly I[] } {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../../vectors/${topic}.json`), 'utf8'));
}

function meaning(operations: readonly string[]): MergeModel {
  return new MergeModel(operations.map((hex) => decodeOperation(fromHex(hex))));
}

describe('the model of merging and the vectors', () => {
  const merges = vectors<Merge, unknown>('merges').valid.filter(({ deadLetters }) => deadLetters.length === 0);

  it.each(merges.map((of) => [of.id, of] as const))('comes to the state of %s in each order', (_, of) => {
    for (const order of of.orders) {
      const model = meaning(order.map((i) => of.operations[i]!));
      const shown = of.state.records.filter(({ visible }) => visible !== undefined);
      const due = shown.map(({ collection, team, record, visible = [] }) => {
        const fields = visible.map(([name, value]) => [name, textOf(valueFromJson(value))] as const);
        return [`record ${toHex(Buffer.from(collection))} ${team} ${record}`, new Map(fields)] as const;
      });
      const records = [...model.visible()].filter(([key]) => key.startsWith('record '));
      expect(new Map(records)).toEqual(new Map(due));
      const deleted = [...model.normal().values()].filter((line) => /^record \w+ deleted/.test(line));
      const stamps = deleted.map((line) => line.split(' deleted at ')[1]!.replaceAll(' ', ''));
      expect(stamps.sort()).toEqual(of.state.records.flatMap(({ D }) => D ?? []).sort());
    }
  });

  const compactions = vectors<Compaction, WrongCompaction>('compactions');

  it.each(compactions.valid.map((of) => [of.id, of] as const))(
    'sees no difference after %s',
    (_, { log, retained }) => {
      const kept = log.filter(({ seq }) => retained.includes(seq));
      const all = meaning(log.map(({ operation }) => operation));
      expect(all.difference(meaning(kept.map(({ operation }) => operation)))).toBeUndefined();
    },
  );

  const wrong = compactions.invalid.filter(
    ({ failure }) => failure === 'not-dominated' || failure === 'greatest-delete',
  );

  it.each(wrong.map((of) => [of.id, of] as const))('sees a difference after the wrong %s', (_, { base, dropped }) => {
    const { log } = compactions.valid.find(({ id }) => id === base)!;
    const kept = log.filter(({ seq }) => !dropped.includes(seq));
    const all = meaning(log.map(({ operation }) => operation));
    expect(all.difference(meaning(kept.map(({ operation }) => operation)))).toBeDefined();
  });
});
