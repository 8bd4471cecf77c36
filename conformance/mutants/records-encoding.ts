/** Mutants of chapter 6: nodes that encode a record of their own wrongly, in one SUBSCRIBED of which the request has number 808. */
import { concat } from '../../reference/src/bytes/concat.ts';
import { FrameType } from '../../reference/src/registry.ts';
import { encodeControl } from '../../reference/src/wire/index.ts';
import { encodeRecord, readRecord } from '../../reference/src/wire/record.ts';
import type { Fields } from '../../reference/src/wire/value.ts';
import { withDependents } from './dependents.ts';
import { sends } from './factories.ts';
import type { Mutant } from './mutant.ts';

const HEADER_BYTES = 8;

/** @param write the plaintext, made of the id and the body that are right */
function encodes(
  name: string,
  breaks: readonly string[],
  title: string,
  write: (id: Uint8Array, body: Uint8Array, fields: Fields) => Uint8Array,
): Mutant {
  return sends(
    'SUBSCRIBED',
    { name, breaks, title },
    ({ req }) => req === 808,
    (message) => {
      const right = encodeControl(message).slice();
      const { fields } = readRecord(right, 1);
      const plaintext = write(right.slice(0, 1), right.slice(1), fields);
      return [{ kind: 'sealed', type: FrameType.CONTROL, plaintext }];
    },
  );
}

/** The header of a record with another count, and each of its fields. */
function taken(body: Uint8Array, fields: Fields, count: number): { header: Uint8Array; each: readonly Uint8Array[] } {
  const header = body.slice(0, HEADER_BYTES);
  header[HEADER_BYTES - 1] = count;
  const each = [...fields].map((field) => encodeRecord(new Map([field])).slice(HEADER_BYTES));
  return { header, each };
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

export const recordEncodingMutants: readonly Mutant[] = withDependents([
  encodes('record-magic-in-lower-case', ['REC-3'], 'Writes the magic in lower case', (id, body) =>
    concat(id, new TextEncoder().encode('blaze'), body.subarray(5)),
  ),
  encodes('record-version-of-its-own', ['REC-4'], 'Writes the version 03', (id, body) =>
    concat(id, changed(body, 5, 3)),
  ),
  encodes('record-count-of-one-more', ['REC-5'], 'Counts one field more than it writes', (id, body, { size }) =>
    concat(id, changed(body, 7, size + 1)),
  ),
  encodes(
    'record-values-before-names',
    ['REC-6'],
    'Writes the value of a field before its name',
    (id, body, fields) => {
      const { header, each } = taken(body, fields, fields.size);
      return concat(id, header, ...each.map((field) => field.slice().reverse()));
    },
  ),
  encodes(
    'record-version-two-sent',
    ['REC-8'],
    'Writes version 02, with its checksum, in a control message',
    (id, _, fields) => concat(id, encodeRecord(fields, 2).slice()),
  ),
  encodes(
    'record-fields-unsorted',
    ['REC-12'],
    'Writes fields in the order in which it made them',
    (id, body, fields) => {
      const { header, each } = taken(body, fields, fields.size);
      return concat(id, header, ...[...each].reverse());
    },
  ),
  encodes('record-field-twice', ['REC-13'], 'Writes a field twice', (id, body, fields) => {
    const { header, each } = taken(body, fields, fields.size + 1);
    return concat(id, header, each[0]!, ...each);
  }),
  encodes('control-without-body', ['CTRL-2'], 'Leaves the record of a control message out', (id) => id),
  encodes('control-id-of-two-bytes', ['CTRL-1'], 'Writes the id of a control message as two bytes', (id, body) =>
    concat(Uint8Array.of(0), id, body),
  ),
]);
