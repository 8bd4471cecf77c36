/**
 * The states of one space by their targets.
 *
 * 1. A target has one state, and no state but the bottom may be missing.
 * 2. Targets are grouped by collection, so that a list does not cost the whole database.
 */
import type { Id } from '../../bytes/id.ts';
import type { PlainOperation } from '../../wire/operation.ts';
import { equalValues, type Fields } from '../../wire/value.ts';
import type { Alteration, LatticeState } from './lattice-state.ts';
import { compareTargets, type Target, targetKey } from './target.ts';

interface Place<S> {
  readonly target: Target;
  readonly state: S;
}

export class Shelf<S extends LatticeState<S>> {
  readonly #make: () => S;
  readonly #collections = new Map<string, Map<string, Place<S>>>();

  /** @param make gives the bottom */
  constructor(make: () => S) {
    this.#make = make;
  }

  find(target: Target): S | undefined {
    return this.#collections.get(target.collection)?.get(targetKey(target))?.state;
  }

  apply(target: Target, operation: PlainOperation): Alteration | undefined {
    return this.#ensure(target).apply(operation);
  }

  /** What `target` would show with `operations` on top. Nothing changes. */
  viewWith(target: Target, operations: Iterable<PlainOperation>): Fields | undefined {
    const copy = this.#make();
    const state = this.find(target);
    if (state !== undefined) copy.join(state);
    for (const operation of operations) copy.apply(operation);
    return copy.view();
  }

  /** Puts the state of `operations` in the place of what was there. */
  rebuild(target: Target, operations: Iterable<PlainOperation>): Alteration | undefined {
    const before = this.find(target)?.view();
    this.#collections.get(target.collection)?.delete(targetKey(target));
    const state = this.#ensure(target);
    for (const operation of operations) state.apply(operation);
    return alterationOf(before, state.view());
  }

  merge(other: Shelf<S>): void {
    for (const places of other.#collections.values())
      for (const { target, state } of places.values()) this.#ensure(target).join(state);
  }

  /** What shows in a collection, of one team or (without one) of all; by the bytes of team and record. */
  visible(collection: string, team: Id | undefined): { target: Target; fields: Fields }[] {
    const found: { target: Target; fields: Fields }[] = [];
    for (const { target, state } of this.#collections.get(collection)?.values() ?? []) {
      if (team !== undefined && !team.equals(target.team)) continue;
      const fields = state.view();
      if (fields !== undefined) found.push({ target, fields });
    }
    return found.sort((x, y) => compareTargets(x.target, y.target));
  }

  /** All but the bottoms, by `compareTargets`. */
  places(): Place<S>[] {
    const all = [...this.#collections.values()].flatMap((places) => [...places.values()]);
    return all.filter(({ state }) => !state.isBottom).sort((x, y) => compareTargets(x.target, y.target));
  }

  #ensure(target: Target): S {
    const { collection } = target;
    let places = this.#collections.get(collection);
    if (places === undefined) {
      places = new Map();
      this.#collections.set(collection, places);
    }
    const key = targetKey(target);
    let place = places.get(key);
    if (place === undefined) {
      place = { target, state: this.#make() };
      places.set(key, place);
    }
    return place.state;
  }
}

function alterationOf(before: Fields | undefined, after: Fields | undefined): Alteration | undefined {
  if (before === undefined) return after === undefined ? undefined : { kind: 'appeared', names: [...after.keys()] };
  if (after === undefined) return { kind: 'vanished', names: [...before.keys()] };
  const all = new Set([...before.keys(), ...after.keys()]);
  const names = [...all].filter((name) => !isSame(before, after, name));
  return names.length > 0 ? { kind: 'changed', names } : undefined;
}

function isSame(before: Fields, after: Fields, name: string): boolean {
  const [x, y] = [before.get(name), after.get(name)];
  return x !== undefined && y !== undefined && equalValues(x, y);
}
