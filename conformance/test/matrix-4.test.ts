import { describe } from 'vitest';
import { SHARDS, testShard } from './support/shard.ts';

describe(`the kill matrix, part 4 of ${SHARDS}`, () => testShard(4));
