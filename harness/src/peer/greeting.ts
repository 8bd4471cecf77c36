import { Capability } from '../../../reference/src/registry.ts';
import { equalBytes, type Hello, targetOf, toHex, type Welcome } from '../../../reference/src/wire/index.ts';
import { CaseFailure } from '../failure.ts';
import { Rule } from './oracle/rules.ts';

const KNOWN = Object.values(Capability).reduce((bits, bit) => bits | bit, 0);

/** What a WELCOME has to be as an answer to this HELLO (spec section 4.4). */
export function checkWelcome(welcome: Welcome, hello: Hello): void {
  if (welcome.database !== targetOf(hello)) {
    throw new CaseFailure(`WELCOME.database ${targetOf(hello)}`, welcome.database, Rule.welcomeDatabase);
  }
  const extra = welcome.capabilities & KNOWN & ~hello.capabilities;
  if (extra !== 0) throw new CaseFailure('a selection of what HELLO offered', `bits ${extra} more`, Rule.selection);
  if (welcome.node.equals(hello.node)) throw new CaseFailure("a node id of the node's own", 'the one of HELLO');
}

/** `th` of the node's SESSION. */
export function checkTranscript(th: Uint8Array, due: Uint8Array): void {
  if (!equalBytes(th, due)) throw new CaseFailure(`th ${toHex(due)}`, toHex(th), Rule.transcript);
}

/** The node's AUTH: of the kind that it announced and, where the key is known, with this proof. */
export function checkAuth(
  { kind, proof }: { readonly kind: number; readonly proof: Uint8Array },
  announced: number | undefined,
  due: Uint8Array | undefined,
): void {
  if (kind !== announced) {
    throw new CaseFailure(`AUTH of the announced kind ${announced}`, `kind ${kind}`, Rule.announced);
  }
  if (due !== undefined && !equalBytes(proof, due)) {
    throw new CaseFailure(`proof ${toHex(due)}`, toHex(proof), Rule.proof);
  }
}
