import { describe, expect, it } from 'vitest';
import { encodeCursor, Id } from '../../../reference/src/wire/index.ts';
import { runSteps } from '../../src/script/run-steps.ts';
import { shownBytes, shownValue } from '../../src/script/shown.ts';
import { stage } from '../support/stage.ts';

const id = (byte: number): Id => Id.from(new Uint8Array(16).fill(byte));
const cursor = encodeCursor({ log: id(0xaa), seq: 7, mark: id(0xbb) });

describe('values in failures', () => {
  it('are cursors by log, position and mark', () => {
    expect(shownBytes(cursor)).toBe('log aaaaaaaa..., seq 7, mark bbbbbbbb...');
    expect(shownBytes(cursor.subarray(1))).toBeUndefined();
    expect(shownBytes(7)).toBeUndefined();
  });

  it('are specifications as they stand in the script', () => {
    expect(shownValue('$before')).toBe('$before');
    expect(shownValue(7)).toBe('7');
    expect(shownValue({ cursor: '$before', seq: '+1' })).toBe('$before with seq +1');
    expect(shownValue({ cursor: '$c', seq: 0, mark: { zeros: 16 } }, cursor)).toBe(
      '$c with seq 0, mark {"zeros":16} (log aaaaaaaa..., seq 7, mark bbbbbbbb...)',
    );
  });

  it('tell two cursors apart when a check fails', async () => {
    const own = stage('tcp://127.0.0.1:9');
    own.environment.set('before', cursor);
    const steps = [{ check: { equal: ['$before', { cursor: '$before', seq: '+1' }] } }];
    await expect(runSteps(steps as never, own)).rejects.toMatchObject({
      expected: '$before to equal $before with seq +1',
      got: 'log aaaaaaaa..., seq 7, mark bbbbbbbb... and log aaaaaaaa..., seq 8, mark bbbbbbbb...',
    });
  });
});
