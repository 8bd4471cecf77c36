import { describe, expect, it } from 'vitest';
import { scopeKey } from '../../src/sync/scope-key.ts';
import { newId } from './operations.ts';

describe('the key of a selection', () => {
  it('is another one for each selection', () => {
    const team = newId();
    const tag = new Uint8Array(16).fill(3);
    const selections = [
      {},
      { col: 'bugs' },
      { col: 'everything' },
      { col: '' },
      { team },
      { team: newId() },
      { team, col: 'bugs' },
      { col: `team ${team.toHex()}, collection bugs` },
      { tag },
      { tag, team },
    ];
    expect(new Set(selections.map(scopeKey)).size).toBe(selections.length);
  });

  it('does not depend on what is undefined', () => {
    expect(scopeKey({ col: 'bugs', team: undefined })).toBe(scopeKey({ col: 'bugs' }));
  });
});
