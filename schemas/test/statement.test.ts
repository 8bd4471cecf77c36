import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ajvWithAll, SCHEMAS, validatorOf } from './load.ts';

const chapter = readFileSync(join(SCHEMAS, '../spec/14-conformance.md'), 'utf8');
const [example, nearMiss] = [...chapter.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
  ([, body = '']) => JSON.parse(body) as Record<string, unknown>,
);
const LEVELS = ['L0', 'L1', 'L2', 'L3', 'L4', 'L5'];

describe('the schema of a conformance statement', () => {
  const validate = validatorOf(ajvWithAll(), 'statement.schema.json');
  const withLevels = (levels: readonly string[]) => validate({ ...example, levels });

  it('accepts the example of chapter 14 and refuses its near miss', () => {
    expect(validate(example)).toBe(true);
    expect(validate(nearMiss)).toBe(false);
    expect(withLevels(nearMiss?.levels as string[])).toBe(false);
    expect(validate({ ...nearMiss, levels: ['L0', 'L1'] })).toBe(true);
  });

  it('accepts a level with all lower ones', () => {
    for (let n = 1; n <= LEVELS.length; n++) expect(withLevels(LEVELS.slice(0, n))).toBe(true);
  });

  it.each([[[]], [['L1']], [['L0', 'L2']], [['L1', 'L0']], [['L0', 'L0']], [[...LEVELS, 'L6']]])(
    'refuses the levels %j',
    (levels) => {
      expect(withLevels(levels)).toBe(false);
    },
  );

  it('accepts each kind of proof', () => {
    for (const kind of ['none', 'psk', 'identity']) expect(validate({ ...example, auth: [kind] })).toBe(true);
  });
});
