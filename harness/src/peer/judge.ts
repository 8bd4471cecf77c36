import { ControlMessages } from '../../../reference/src/registry.ts';
import { ProtocolError } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import { Rule } from './oracle/rules.ts';

/** What a refusal means when it is the node's message that is refused: whose duty, under which id. */
const DUTY: { readonly [reason: string]: string } = {
  'frame.unexpected-type': Rule.frameOrder,
  'frame.too-large': Rule.frameLimit,
  'frame.truncated': Rule.frameCut,
  'frame.sealed-too-short': 'CHAN-2',
  'control.unexpected': Rule.direction,
  'control.unknown-critical': Rule.critical,
};

/** Runs `read` over something that the node sent; what the codec refuses there is the node's failure. */
export function judged<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CaseFailure(`a right ${what}`, error.message, dutyOf(what, error));
  }
}

function dutyOf(what: string, error: ProtocolError): string {
  return fieldRequirement(what, error) ?? DUTY[error.reason] ?? error.requirement;
}

/** The registry row of the field that a `control.field-*` refusal is about. */
function fieldRequirement(what: string, error: ProtocolError): string | undefined {
  if (!error.reason.startsWith('control.field-') || !(what in ControlMessages)) return undefined;
  const rows = rowsOf(ControlMessages[what as keyof typeof ControlMessages].fields);
  const words = error.message.split(': ').slice(1).join(': ').split(/\W+/);
  return words.map((word) => rows.get(word)).find((id) => id !== undefined);
}

interface Row {
  readonly requirement: string;
  readonly fields?: { readonly [name: string]: Row };
}

function rowsOf(fields: { readonly [name: string]: Row }, into = new Map<string, string>()): Map<string, string> {
  for (const [name, row] of Object.entries(fields)) {
    into.set(name, row.requirement);
    if (row.fields !== undefined) rowsOf(row.fields, into);
  }
  return into;
}
