import { describe, expect, it } from 'vitest';
import { decodeBatch, decodeControl, decodeHello, decodeOperation, toHex } from '../../../reference/src/wire/index.ts';
import { build } from '../../src/message/build.ts';
import { defaultControl, defaultHello } from '../../src/peer/defaults.ts';
import { inflate } from '../../src/peer/inflate.ts';
import { resolveBatch } from '../../src/script/message.ts';
import { resolveOperation } from '../../src/script/operation.ts';
import { environment, peer } from '../support/stage.ts';

describe('build', () => {
  it('makes a HELLO that decodes, part by part', () => {
    const draft = defaultHello(peer());
    const { content } = build({ ...draft, caps: 5, database: 'tickets' });
    expect(decodeHello(content.bytes)).toMatchObject({ capabilities: 5, database: 'tickets', token: '' });
    expect([...content.regions.keys()]).toEqual([
      'protocol',
      'node',
      'database',
      'key',
      'caps',
      'time',
      'token',
      'extensions',
    ]);
    const [start, end] = content.regions.get('database') ?? [0, 0];
    expect(toHex(content.bytes.subarray(start, end))).toBe('077469636b657473');
  });

  it.each([
    'SESSION',
    'AUTH',
    'SUBSCRIBE',
    'FEED_ACK',
    'PING',
    'PONG',
    'ERROR',
    'CLOSE',
    'ACK',
    'REJECT',
    'CHECKPOINT',
    'SUBSCRIBED',
    'SCOPE_REVOKED',
  ] as const)('makes a %s that decodes', (name) => {
    expect(decodeControl(build(defaultControl(peer(), name)).content.bytes).name).toBe(name);
  });

  it.each([
    ['a fresh insert', {}],
    ['a delete', { type: 'delete' }],
    ['an index', { type: 'createIndex', index: 'byTitle' }],
    ['a dropped index', { type: 'dropIndex', index: 'byTitle' }],
    ['a long collection', { collection: { repeat: 'c', times: 255 } }],
    ['a large counter', { counter: 2 ** 53 - 1 }],
    ['a team', { team: '00112233445566778899aabbccddeeff' }],
    ['a sealed operation', { sealed: true }],
    ['the largest', { size: 'OPERATION_BYTES' }],
  ])('makes %s that decodes', (_, spec) => {
    const { bytes } = build(resolveOperation(spec, environment())).content;
    expect(() => decodeOperation(bytes)).not.toThrow();
    if ('size' in spec) expect(bytes.length).toBe(262_144);
  });

  it.each([false, true])('makes a batch that decodes (packed: %s)', (packed) => {
    const draft = resolveBatch({ operations: { fresh: 3 }, packed }, environment());
    const operations = decodeBatch(build(draft).content.bytes, { compression: true, inflate });
    expect(operations.map((bytes) => bytes.length)).toEqual(
      draft.operations.map((operation) => build(operation).content.bytes.length),
    );
  });

  it('builds the same bytes twice', () => {
    const draft = resolveOperation({}, environment());
    expect(build(draft).content.bytes).toEqual(build(draft).content.bytes);
  });
});
