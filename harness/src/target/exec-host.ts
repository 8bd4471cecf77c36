import type { Address } from '../address.ts';
import { CaseFailure, Inconclusive, UsageError } from '../failure.ts';
import type { CaseNode, NodeHost } from './case-node.ts';
import { ExecTarget } from './exec.ts';

/** Attempts to start a node: another process may take the port that was free a moment ago. */
const ATTEMPTS = 2;

/** Whether a command says where its data goes and where it listens, so that two of its nodes do not meet. */
export function ownsData(command: string): boolean {
  return command.includes('{port}') && command.includes('{data}');
}

/** Nodes of cases as processes of `command`, each with its own port and data folder. */
export class ExecHost implements NodeHost {
  readonly #command: string;

  constructor(command: string) {
    this.#command = command;
  }

  async start(): Promise<CaseNode> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { target, address } = await ExecTarget.start(this.#command);
        return caseNode(target, address);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        if (attempt === ATTEMPTS) throw new Inconclusive(error.message);
      }
    }
  }
}

function caseNode(target: ExecTarget, address: Address): CaseNode {
  return {
    address,
    restart: (how, data) => target.restart(how, data).catch((error) => Promise.reject(afterRestart(error, how))),
    stop: () => target.stop('kill'),
  };
}

/** A node that does not come up again after it was ended is wrong, and not the command. */
export function afterRestart(error: unknown, how: string): unknown {
  if (!(error instanceof UsageError)) return error;
  return new CaseFailure(`a node that comes up again after ${how === 'kill' ? 'SIGKILL' : 'SIGTERM'}`, error.message);
}
