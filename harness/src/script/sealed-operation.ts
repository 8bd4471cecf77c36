import { ByteWriter, concat } from '../../../reference/src/wire/index.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveNumber } from './number.ts';

/**
 * The parts of a sealed operation of random bytes (protocol section 9), under the names that they stand in for: `head` F0,
 * `collection` the tag, `record` the epoch id, `changes` the rest.
 */
export function sealedParts(
  size: unknown,
  team: unknown,
  environment: Environment,
): readonly (readonly [part: string, bytes: Uint8Array])[] {
  const { fresh } = environment;
  const length = size === true ? 64 : resolveNumber(size, environment);
  const writer = new ByteWriter();
  writer.u32(length);
  const group = team === undefined ? fresh.bytes(16) : resolveBytes(team, environment);
  return [
    ['head', Uint8Array.of(0xf0)],
    ['collection', fresh.bytes(16)],
    ['record', fresh.bytes(16)],
    ['changes', concat(group, fresh.bytes(12), writer.finish(), fresh.bytes(length), fresh.bytes(16))],
  ];
}
