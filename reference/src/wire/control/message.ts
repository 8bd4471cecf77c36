import type { Id } from '../../bytes/id.ts';
import type { ControlMessages, ControlName } from '../../registry.ts';

/*
 * The types of all control messages, derived from the registry: a field that is added there exists here.
 * data is Uint8Array, uuid is Id, int is number, list is a list of objects.
 */

type Table = { readonly [field: string]: { readonly type: string } };

type TypeOf<F> = F extends { readonly type: 'list'; readonly fields: infer T extends Table }
  ? readonly FieldsOf<T>[]
  : F extends { readonly type: keyof Scalars }
    ? Scalars[F['type']]
    : never;

interface Scalars {
  readonly int: number;
  readonly bool: boolean;
  readonly string: string;
  readonly data: Uint8Array;
  readonly uuid: Id;
}

type OptionalKeys<T extends Table> = {
  [K in keyof T]: T[K] extends { readonly optional: true } ? K : never;
}[keyof T];

type Flat<T> = { [K in keyof T]: T[K] };

/** The members that a field table of the registry gives. */
export type FieldsOf<T extends Table> = Flat<
  { readonly [K in Exclude<keyof T, OptionalKeys<T>>]: TypeOf<T[K]> } & {
    readonly [K in OptionalKeys<T>]?: TypeOf<T[K]> | undefined;
  }
>;

/** One control message by its name, for example `ControlMessageOf<'ACK'>`. */
export type ControlMessageOf<N extends ControlName> = Flat<
  { readonly name: N } & FieldsOf<(typeof ControlMessages)[N]['fields']>
>;

export type ControlMessage = { [N in ControlName]: ControlMessageOf<N> }[ControlName];

/** A message whose id is not in the registry: ids from 80 on are critical, lower ones are skipped. */
export interface UnknownControl {
  readonly name: 'UNKNOWN';
  readonly id: number;
  readonly critical: boolean;
}

/** One entry of SUBSCRIBE. */
export type ScopeRequest = ControlMessageOf<'SUBSCRIBE'>['sc'][number];
