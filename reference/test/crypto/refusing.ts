import { expect } from 'vitest';
import { ProtocolError } from '../../src/errors.ts';
import { Refusal, type RefusalName } from '../../src/registry.ts';

/** Runs `act`, which must refuse by exactly `reason`, with the code and effect that the registry gives it. */
export function refusing(reason: RefusalName, act: () => unknown): ProtocolError {
  let error: unknown;
  try {
    act();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ProtocolError);
  const refusal = error as ProtocolError;
  expect({ reason: refusal.reason, code: refusal.code ?? null, effect: refusal.effect }).toEqual({
    reason,
    code: Refusal[reason].code,
    effect: Refusal[reason].effect,
  });
  return refusal;
}
