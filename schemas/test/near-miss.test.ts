import { describe, expect, it } from 'vitest';
import { ajvWithAll, schemaPaths, validatorOf } from './load.ts';
import { type NearMiss, nearMisses } from './near-miss.ts';
import { SAMPLES } from './samples.ts';

const ajv = ajvWithAll();

/** Members that may be absent, by schema and path. */
const OPTIONAL = [
  /^vectors\/.*: (valid|invalid|skipped|unencodable)\/\*\/note$/,
  /^message\/(AUTH|SUBSCRIBE|REJECT|ERROR|CLOSE)\..*: (kid|pub|seen|ref|retry|msg)$/,
  /^vectors\/control\..*: valid\/\*\/message\/(kid|pub|seen|ref|retry|msg)$/,
  /^message\/SUBSCRIBE\..*: sc\/\*\/(col|tag|team|cur)$/,
  /^vectors\/control\..*: valid\/\*\/message\/sc\/\*\/(col|tag|team|cur)$/,
  /^message\/operation\..*: extensions$/,
  /^vectors\/operations\..*: valid\/\*\/operation\/extensions$/,
  /^vectors\/control\..*: valid\/\*\/ignored$/,
  /^vectors\/handshakes\..*: valid\/\*\/(client|server)\/credential$/,
  /^vectors\/handshakes\..*: valid\/\*\/open\/kid$/,
  /^vectors\/handshakes\..*: valid\/\*\/steps\/\*\/message\/kid$/,
  /^vectors\/(merges|compactions)\..*\/(E|D|visible)$/,
  /^case\..*: cases\/\*\/(needs|exclusive|why|each)$/,
  /^statement\..*: (node|limits|limits\/HALF_OPEN|notes)$/,
  /^operation-log\..*: (log|operations\/\*\/operation\/extensions)$/,
  /^report\..*: target\/nodes\/\*\/(label|node|name|limits|limits\/HALF_OPEN)$/,
  /^report\..*: cases\/\*\/(message|failure|target|exchange)$/,
  /^report\..*: cases\/\*\/exchange\/\*\/(note|hex|decoded)$/,
];

/** Origins: each may be missing, as long as one is there. */
const ORIGIN = /: source\/[a-z]+$/;

/** Members that may be anything. */
const ANYTHING = /\/(decoded|each\/type\/\*)$/;

/** Texts that may be any text; names of fields and entries are such, too. */
const FREE = [
  /(^|\/)string$/,
  /(fields|changes|dictionary|ignored|value|visible)\/\*\/\*$/,
  /(^|\/)(token|kid|msg|col|collection)$/,
  /(^|\/)note$/,
  /^source\/[a-z]+$/,
  /\/repeat$/,
  /^\*\/\*$/,
  /^notes$/,
  /^operations\/\*\/(known\/\*|dead\/\*\/remote)$/,
  /^target\/nodes\/\*\/name$/,
  /^cases\/\*\/(message|failure\/\w+|exchange\/\*\/connection)$/,
];

const matches = (patterns: readonly RegExp[], path: string) => patterns.some((pattern) => pattern.test(path));

/** Near misses of the samples, those of one member and kind together. */
function grouped(samples: readonly unknown[]): Map<string, NearMiss[]> {
  const groups = new Map<string, NearMiss[]>();
  for (const miss of samples.flatMap((sample) => [...nearMisses(sample)])) {
    const key = `${miss.kind}: ${miss.path}`;
    groups.set(key, [...(groups.get(key) ?? []), miss]);
  }
  return groups;
}

describe('every schema refuses near misses', () => {
  it('there is a sample of each', () => {
    // The definitions that all share are shown with those that use them.
    const expected = schemaPaths().filter((path) => path !== 'common.schema.json');
    expect(Object.keys(SAMPLES).sort()).toEqual(expected);
  });

  it.each(Object.entries(SAMPLES))('%s', (path, samples) => {
    const validate = validatorOf(ajv, path);
    for (const sample of samples) expect(validate(sample), ajv.errorsText(validate.errors)).toBe(true);
    const refused = { removed: 0, 'other type': 0, 'out of range': 0, 'unknown member': 0 };
    for (const [key, misses] of grouped(samples)) {
      const { kind, path: at } = misses[0]!;
      if (ANYTHING.test(at) && kind !== 'removed') continue;
      const accepted = misses.filter(({ value }) => validate(value));
      refused[kind] += misses.length - accepted.length;
      if (kind === 'out of range') {
        if (!matches(FREE, at)) expect(accepted.length, `${key}: every value is accepted`).toBeLessThan(misses.length);
      } else if (kind === 'removed' && matches(OPTIONAL, `${path}: ${at}`)) {
        expect(accepted.length, `${key} is refused, though the member is optional`).toBeGreaterThan(0);
      } else if (kind !== 'removed' || !ORIGIN.test(`: ${at}`)) {
        expect(accepted, `${key} is accepted`).toEqual([]);
      }
    }
    expect(refused['other type']).toBeGreaterThan(0);
    const isObject = typeof samples[0] === 'object' && !Array.isArray(samples[0]);
    if (isObject) expect(refused['unknown member']).toBeGreaterThan(0);
    if (isObject) expect(refused.removed).toBeGreaterThan(0);
  });
});
