/** A named refusal. The names are those of the spec's registry of refusals. */
export class Refusal extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export function refuse(reason) {
  throw new Refusal(reason);
}
