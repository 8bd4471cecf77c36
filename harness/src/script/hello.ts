import { Capability } from '../../../reference/src/registry.ts';
import { encodeUtf8 } from '../../../reference/src/wire/index.ts';
import { HarnessFault } from '../failure.ts';
import type { HelloDraft } from '../message/draft.ts';
import { HELLO_PARTS } from '../message/hello.ts';
import { resolveBytes } from './bytes.ts';
import type { Environment } from './environment.ts';
import { resolveExtensions, withFirst } from './extensions.ts';
import { resolveNumber } from './number.ts';
import { resolveText } from './text.ts';

type Spec = { readonly [member: string]: unknown };

/** `base` with the members of `spec` in place of its own. */
export function mergeHello(base: HelloDraft, spec: Spec, environment: Environment): HelloDraft {
  let draft = base;
  for (const [member, value] of Object.entries(spec)) {
    if (member === 'node' || member === 'key') draft = { ...draft, [member]: resolveBytes(value, environment) };
    else if (member === 'protocol' || member === 'database' || member === 'token') {
      draft = { ...draft, [member]: resolveText(value, environment) };
    } else if (member === 'caps') draft = { ...draft, caps: resolveCapabilities(value, environment) };
    else if (member === 'time') draft = { ...draft, time: resolveNumber(value, environment) };
    else if (member === 'extensions') draft = { ...draft, extensions: resolveExtensions(value, environment) };
    else if (member === 'target') {
      draft = { ...draft, extensions: withFirst(draft.extensions, encodeUtf8(resolveText(value, environment))) };
    } else if (member.endsWith('-bytes')) {
      draft = withHelloPart(draft, member.slice(0, -'-bytes'.length), resolveBytes(value, environment));
    } else throw new HarnessFault(`HELLO has no ${member}`);
  }
  return draft;
}

export function withHelloPart(draft: HelloDraft, part: string, bytes: Uint8Array): HelloDraft {
  if (!(HELLO_PARTS as readonly string[]).includes(part)) throw new HarnessFault(`HELLO has no part ${part}`);
  return { ...draft, parts: new Map([...draft.parts, [part, bytes]]) };
}

/** A number, or the bits of named capabilities. */
export function resolveCapabilities(value: unknown, environment: Environment): number {
  if (!Array.isArray(value)) return resolveNumber(value, environment);
  return value.reduce((bits: number, name: keyof typeof Capability) => bits | Capability[name], 0);
}
