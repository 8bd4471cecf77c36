import { Id } from '../../bytes/id.ts';

/** When an effect happened, as all replicas see it (MERGE-2). Distinct operations have distinct stamps. */
export interface Stamp {
  readonly counter: number;
  readonly node: Id;
  /** Id of the operation. */
  readonly operation: Id;
}

export function stampOf({ counter, node, id }: { counter: number; node: Id; id: Id }): Stamp {
  return { counter, node, operation: id };
}

/** Order of (counter, node, operation id) as unsigned bytes: below 0, 0 or above 0. */
export function compareStamps(x: Stamp, y: Stamp): number {
  return x.counter - y.counter || Id.compare(x.node, y.node) || Id.compare(x.operation, y.operation);
}

/** Whether `x` is greater than `y`; everything is greater than no stamp. */
export function isAfter(x: Stamp, y: Stamp | undefined): boolean {
  return y === undefined || compareStamps(x, y) > 0;
}

/** The greater of two stamps; `undefined` is the least. */
export function greatest(x: Stamp | undefined, y: Stamp | undefined): Stamp | undefined {
  return x !== undefined && isAfter(x, y) ? x : y;
}
