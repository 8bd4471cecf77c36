import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import type { Case } from '../catalogue/case.ts';
import type { Selection } from '../catalogue/select.ts';
import type { Credential } from '../peer/credential.ts';
import type { Progress } from './progress.ts';
import type { Statement } from './statement.ts';

/** How to run the catalogue. Everything but the target has a default. */
export interface RunOptions extends Selection {
  /** A node that listens: `tcp://host:port` or `unix:PATH`. */
  readonly url?: string | undefined;
  /** Or the command that starts one, with `{port}` and `{data}`. */
  readonly exec?: string | undefined;
  /** Default `bugs`. */
  readonly database?: string | undefined;
  readonly credential?: Credential | undefined;
  readonly statement?: Statement | undefined;
  /** Limits of the node that differ from the registry, by name. */
  readonly limits?: { readonly [name: string]: number } | undefined;
  /** Default: random. */
  readonly seed?: number | undefined;
  /** Runs of each property, default 100. */
  readonly runs?: number | undefined;
  /** Milliseconds for an answer, default 2,000: CHECKPOINT_DELAY is 1,000, and as much again for a busy machine. */
  readonly timeout?: number | undefined;
  /** Cases at once, default 4. */
  readonly workers?: number | undefined;
  /** End after the first case that fails. */
  readonly bail?: boolean | undefined;
  /** Test all limits at their real values, minutes long. */
  readonly slow?: boolean | undefined;
  /** Keep the exchange of passing cases, too. */
  readonly trace?: boolean | undefined;
  readonly crypto?: CryptoProvider | undefined;
  /** The command line that a report repeats; `--case` and `--seed` are added. */
  readonly command?: string | undefined;
  /** What a report shows as the target in place of its URL or command. */
  readonly shown?: string | undefined;
  /** What this target is called in a report of several. */
  readonly label?: string | undefined;
  /** The cases to choose from; default: the catalogue. */
  readonly catalogue?: readonly Case[] | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export const DEFAULT_DATABASE = 'bugs';
export const DEFAULT_RUNS = 100;
export const DEFAULT_TIMEOUT = 2_000;
export const DEFAULT_WORKERS = 4;
