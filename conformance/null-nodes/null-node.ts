/** A node that does one simple wrong thing, whatever it is sent. A kit that passes it tests nothing. */
export interface NullNode {
  readonly name: string;
  /** A fact about it. */
  readonly title: string;
  /** What the preflight says; `undefined` where it lets the node through, so that cases have to fail. */
  readonly verdict: RegExp | undefined;
  start(): Promise<RunningNullNode>;
}

export interface RunningNullNode {
  /** `tcp://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}
