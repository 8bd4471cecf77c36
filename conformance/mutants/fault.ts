import { ProtocolError } from '../../reference/src/errors.ts';
import type { RefusalName } from '../../reference/src/registry.ts';

/**
 * One deviation of a mutant from the reference: at one part, in one situation.
 *
 * Until `when` is true for the first time, a node with the fault *is* the reference. That is what makes it cheap to show
 * that a mutant is wrong in one way only: one run of a case against the reference, with the `when` of every mutant
 * evaluated beside it, tells which mutants that case can touch at all (`arm` with `Shadow`).
 */
export interface Fault {
  /** A key of the parts: a function, or an object of functions. */
  readonly part: string;
  /** A method of what the part makes (`create...`), or of the part where that is an object. */
  readonly method: string | undefined;
  readonly when: (call: Call) => boolean;
  readonly then: (call: Call) => unknown;
  /** Where it shows in the reference that the fault would matter, if `when` cannot tell: a timer that runs out. */
  readonly witness?: Fault;
}

type AnyFunction = (...args: never[]) => unknown;

/** One call of a part, before anything has been done about it. */
export interface Call<F = AnyFunction> {
  readonly args: F extends (...args: infer A) => unknown ? A : never;
  /** What the method belongs to. */
  readonly self: unknown;
  /** What the reference does: done once, however often it is asked for. Throws what the reference throws. */
  standard(): F extends (...args: never[]) => infer R ? R : never;
  /** What the reference does with other arguments. Done each time. */
  with(
    ...args: F extends (...args: infer A) => unknown ? A : never
  ): F extends (...args: never[]) => infer R ? R : never;
  /** Name of the refusal that the reference throws here; `undefined` when it throws none. */
  refusal(): RefusalName | undefined;
}

/** What a fault does, typed by the part that it is at. `when` may ask `standard` and `refusal`; without it: always. */
export interface Deviation<F> {
  readonly when?: (call: Call<F>) => boolean;
  readonly then: (call: Call<F>) => F extends (...args: never[]) => infer R ? R : never;
}

/** Wrong at a part that is a function. */
export function at<P>() {
  return <K extends keyof P & string>(part: K, deviation: Deviation<P[K]>): Fault =>
    fault(part, undefined, deviation as Deviation<AnyFunction>);
}

type Made<F> = F extends (...args: never[]) => infer R ? R : F;

/** Wrong at a method of what a part makes, or of a part that is an object. */
export function within<P>() {
  return <K extends keyof P & string, M extends keyof Made<P[K]> & string>(
    part: K,
    method: M,
    deviation: Deviation<NonNullable<Made<P[K]>[M]>>,
  ): Fault => fault(part, method, deviation as Deviation<AnyFunction>);
}

function fault(part: string, method: string | undefined, { when, then }: Deviation<AnyFunction>): Fault {
  return { part, method, when: when ?? (() => true), then };
}

/** A fault whose `when` is true long before it matters: `witness` tells when it does. */
export function witnessed(fault: Fault, witness: Fault): Fault {
  return { ...fault, witness };
}

/** Hears of each fault whose `when` was true. With one, the fault is not committed: the node stays the reference. */
export type Shadow = (fault: Fault) => void;

/** The parts with the faults in them. Where several are at one place, the first whose `when` is true acts. */
export function arm<P extends object>(parts: P, faults: readonly Fault[], shadow?: Shadow): P {
  if (shadow === undefined) return place(parts, faults, undefined);
  const meant = new Map(faults.map((fault) => [fault.witness === undefined ? fault : { ...fault.witness }, fault]));
  return place(parts, [...meant.keys()], (shown) => shadow(meant.get(shown)!));
}

function place<P extends object>(parts: P, faults: readonly Fault[], shadow: Shadow | undefined): P {
  const armed = { ...parts } as Record<string, unknown>;
  for (const [part, group] of grouped(faults, ({ part }) => part)) {
    const original = armed[part];
    if (original === undefined) throw new RangeError(`there is no part ${part}`);
    const plain = group.filter(({ method }) => method === undefined);
    const inner = group.filter(({ method }) => method !== undefined);
    if (typeof original !== 'function') {
      armed[part] = armMethods({ ...(original as object) }, inner, shadow);
      continue;
    }
    const base =
      inner.length === 0
        ? (original as AnyFunction)
        : (...args: never[]) => armMethods(original.apply(parts, args) as object, inner, shadow);
    armed[part] = plain.length === 0 ? base : deviating(base, parts, plain, shadow);
  }
  return armed as P;
}

function armMethods(made: object, faults: readonly Fault[], shadow: Shadow | undefined): object {
  const target = made as Record<string, AnyFunction>;
  for (const [method, group] of grouped(faults, ({ method }) => method!)) {
    const original = target[method];
    if (typeof original !== 'function') throw new RangeError(`there is no method ${method}`);
    target[method] = deviating(original.bind(made), made, group, shadow);
  }
  return made;
}

function deviating(
  standard: AnyFunction,
  self: unknown,
  faults: readonly Fault[],
  shadow: Shadow | undefined,
): AnyFunction {
  return (...args: never[]) => {
    const call = new OneCall(standard, self, args);
    for (const fault of faults) {
      if (!fault.when(call)) continue;
      if (shadow === undefined) return fault.then(call);
      shadow(fault);
    }
    return call.standard();
  };
}

class OneCall implements Call {
  readonly args: never;
  readonly self: unknown;
  readonly #standard: AnyFunction;
  #outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;

  constructor(standard: AnyFunction, self: unknown, args: readonly never[]) {
    this.#standard = standard;
    this.self = self;
    this.args = args as never;
  }

  standard(): never {
    this.#outcome ??= this.#run();
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value as never;
  }

  with(...args: never): never {
    return this.#standard(...(args as never[])) as never;
  }

  refusal(): RefusalName | undefined {
    this.#outcome ??= this.#run();
    const error = 'error' in this.#outcome ? this.#outcome.error : undefined;
    return error instanceof ProtocolError ? error.reason : undefined;
  }

  #run() {
    try {
      return { value: this.#standard(...(this.args as never[])) };
    } catch (error) {
      return { error };
    }
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
