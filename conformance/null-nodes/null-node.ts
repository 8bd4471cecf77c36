/** A node that does one simple wrong thing, whatever it is sent. A kit that passes it tests nothing. */
export interface NullNode {
  readonly name: string;
  /** A fact about it. */
  readonly title: string;
  /** Requirements that it breaks and no mutant can: what a node has to be able to do at all. */
  readonly breaks: readonly string[];
  /** What the preflight says; `undefined` where it lets the node through, so that cases have to fail. */
  readonly verdict: RegExp | undefined;
  start(): Promise<RunningNullNode>;
}

export interface RunningNullNode {
  /** `tcp://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}
