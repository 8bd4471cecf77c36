/** Refusing control messages that are right. */
import { refuse } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';
import { decodeRecord } from '../../reference/src/wire/index.ts';
import type { Value } from '../../reference/src/wire/value.ts';
import type { Row } from './control-fields.ts';
import { nameOf } from './control-loose.ts';
import { at, type Mutant } from './mutant.ts';

/** Refuses a control message that is right. */
export function refusesControl(
  [name, breaks, title]: Row,
  when: (plaintext: Uint8Array) => boolean,
  reason: RefusalName,
): Mutant {
  return {
    name,
    breaks,
    title,
    faults: () => [
      at('decodeControl', {
        when: (call) => call.refusal() === undefined && when(call.args[0]),
        then: () => refuse(reason),
      }),
    ],
  };
}

export function isScopeAbove(plaintext: Uint8Array, limit: number): boolean {
  const sc = nameOf(plaintext) === 'SUBSCRIBE' ? decodeRecord(plaintext.subarray(1)).get('sc') : [];
  if (!Array.isArray(sc)) return false;
  return sc.some((entry: Value) => entry instanceof Map && Number(entry.get('s')) > limit);
}
