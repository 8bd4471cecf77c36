import type { RefusalName } from '../../../reference/src/registry.ts';
import type { JsonRecord } from '../../../reference/src/wire/record-json.ts';
import { demanded } from '../requirements.ts';

/** What an encoder refuses, though it can be said in JSON. */
const REFUSED: readonly (readonly [id: string, reason: RefusalName, fields: JsonRecord, ...requirements: string[]])[] =
  [
    ['string-lone-surrogate', 'record.utf8', [['title', { string: 'a\ud800' }]], 'CONV-2'],
    ['string-surrogates-swapped', 'record.utf8', [['title', { string: '\udc00\ud800' }]], 'CONV-2'],
    ['name-lone-surrogate', 'record.utf8', [['\udfff', { int: '1' }]], 'CONV-2'],
    ['name-256', 'record.name-too-long', [['n'.repeat(256), { int: '1' }]], 'LIM-10'],
    ['name-256-multibyte', 'record.name-too-long', [['\u20ac'.repeat(86), { int: '1' }]], 'LIM-10'],
    ['key-256', 'record.name-too-long', [['metadata', { dictionary: [['k'.repeat(256), { int: '1' }]] }]], 'LIM-10'],
    ['name-bom', 'record.name-bom', [['\ufeffk', { int: '1' }]], 'REC-14'],
    ['key-bom', 'record.name-bom', [['metadata', { dictionary: [['\ufeff', { int: '1' }]] }]], 'REC-14'],
    ['int-above', 'record.int-range', [['value', { int: '9223372036854775808' }]], 'REC-18'],
    ['int-below', 'record.int-range', [['value', { int: '-9223372036854775809' }]], 'REC-18'],
  ];

export function unencodableRecords() {
  return REFUSED.map(([id, reason, fields, ...more]) => ({
    id: `unencodable-${id}`,
    source: 'kit',
    requirements: demanded(reason, ...more),
    fields,
    reason,
  }));
}
