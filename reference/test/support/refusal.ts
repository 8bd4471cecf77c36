import { ProtocolError } from '../../src/errors.ts';
import { Refusal, type RefusalName } from '../../src/registry.ts';

/** The ProtocolError that `run` throws; fails the test when it throws none, or something else. */
export function refusalOf(run: () => unknown): ProtocolError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Everything that a refusal promises: its name, wire code, effect and requirement. */
export interface RefusalForm {
  readonly reason: RefusalName;
  readonly code: string | undefined;
  readonly effect: string;
  readonly requirement: string;
}

export function formOf(error: ProtocolError): RefusalForm {
  const { reason, code, effect, requirement } = error;
  return { reason, code, effect, requirement };
}

/** What the registry says of `reason`; a carrier gives records their code and effect. */
export function expectedForm(reason: RefusalName, carrier?: { code: string; effect: string }): RefusalForm {
  const { code, effect, requirement } = Refusal[reason];
  if (code === null && carrier !== undefined) return { reason, ...carrier, requirement };
  return { reason, code: code ?? undefined, effect, requirement };
}
