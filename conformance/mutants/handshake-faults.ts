/** Kinds of wrongness in the handshake that many mutants share, and what a node that does not mind makes of a HELLO. */
import { Id } from '../../reference/src/bytes/id.ts';
import type { CryptoProvider } from '../../reference/src/crypto/provider.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import type { ServerState } from '../../reference/src/handshake/state.ts';
import type { Out } from '../../reference/src/handshake/step.ts';
import type { Connection } from '../../reference/src/node/connection.ts';
import { ErrorCode, type ErrorName, FrameType, type RefusalName } from '../../reference/src/registry.ts';
import { encodeAlert } from '../../reference/src/wire/alert.ts';
import { encodeFrame } from '../../reference/src/wire/frame.ts';
import { decodeHello, type Extension, type Hello } from '../../reference/src/wire/index.ts';
import type { Fault } from './fault.ts';
import { at } from './links-parts.ts';

/** Where a connection is in the handshake. */
export function stateOf(connection: Connection): ServerState['kind'] {
  return (connection as unknown as { readonly state: ServerState }).state.kind;
}

/** HELLO cut into its fields, whatever stands in them; a field that is cut or missing is `undefined`. */
export interface RawHello {
  readonly protocol: Uint8Array | undefined;
  readonly node: Uint8Array | undefined;
  readonly database: Uint8Array | undefined;
  readonly key: Uint8Array | undefined;
  readonly caps: Uint8Array | undefined;
  readonly time: Uint8Array | undefined;
  readonly token: Uint8Array | undefined;
  /** All that follows `token`. */
  readonly extensions: Uint8Array;
}

export function rawHello(payload: Uint8Array): RawHello {
  let at = 0;
  let cut = false;
  const take = (n: number): Uint8Array | undefined => {
    cut ||= at + n > payload.length;
    if (cut) return undefined;
    at += n;
    return payload.subarray(at - n, at);
  };
  const text = (): Uint8Array | undefined => {
    const [length] = take(1) ?? [];
    return length === undefined ? undefined : take(length);
  };
  const fields = { protocol: text(), node: take(16), database: text(), key: take(65), caps: take(1), time: take(8) };
  return { ...fields, token: text(), extensions: cut ? new Uint8Array(0) : payload.subarray(at) };
}

/** The HELLO that a node reads which takes everything: what is unreadable in it is left out. */
export function laxHello(payload: Uint8Array, extensions: readonly Extension[] = []): Hello {
  const raw = rawHello(payload);
  const name = String.fromCharCode(...(raw.database ?? []));
  const key = (raw.key ?? new Uint8Array(65)).slice();
  key[0] = 4;
  return {
    protocol: 'blazedb/1.0',
    node: raw.node === undefined ? Id.ZERO : Id.from(raw.node),
    database: /^[A-Za-z0-9._-]{1,64}$/.test(name) ? name : 'unnamed',
    key,
    capabilities: raw.caps?.[0] ?? 0,
    time: 0,
    token: String.fromCharCode(...(raw.token ?? [])),
    extensions,
  };
}

/** Takes a HELLO that is to be refused by `reason`. */
export function takesHello(reason: RefusalName, only: (raw: RawHello) => boolean = () => true): Fault {
  return at('decodeHello', {
    when: (call) => call.refusal() === reason && only(rawHello(call.args[0])),
    then: ({ args: [payload] }) => laxHello(payload),
  });
}

/** Refuses a HELLO for which `meant` holds, by `reason`, whatever else is right or wrong in it. */
export function refusesHello(
  reason: RefusalName,
  meant: (raw: RawHello, refusal: RefusalName | undefined) => boolean,
): Fault {
  return at('decodeHello', {
    when: (call) => call.refusal() !== reason && meant(rawHello(call.args[0]), call.refusal()),
    then: () => {
      throw new ProtocolError(reason);
    },
  });
}

/** Says another code than the one of a refusal. */
export function saysInstead(
  reason: RefusalName,
  code: ErrorName,
  only: (state: string) => boolean = () => true,
): Fault {
  return at('lastWord', {
    when: ({ args: [, state, error] }) => error instanceof ProtocolError && error.reason === reason && only(state.kind),
    then: (call) => withCode(call.standard(), ErrorCode[code]),
  });
}

/** The same last word with another code. */
export function withCode(word: Out | undefined, code: number): Out | undefined {
  if (word === undefined) return undefined;
  if (word.sealed === undefined) return { frame: encodeFrame(FrameType.ALERT, encodeAlert({ code })) };
  return { sealed: { ...word.sealed, code } as typeof word.sealed };
}

/** Makes the steps of a handshake under another crypto where `when` says so. */
export function withCrypto(
  part: 'onHello' | 'onVerify',
  when: (hello: Hello) => boolean,
  other: (crypto: CryptoProvider) => CryptoProvider,
): readonly Fault[] {
  const hellos = new WeakMap<object, Hello>();
  if (part === 'onHello') {
    return [
      at('onHello', {
        when: ({ args: [, , , { hello }] }) => when(hello),
        then: (call) => {
          const [crypto, ...rest] = call.args;
          return call.with(other(crypto), ...rest);
        },
      }),
    ];
  }
  return [
    at('onVerify', {
      when: ({ args: [, , state] }) => {
        if (state.kind !== 'W_VERIFY') return false;
        const known = hellos.get(state) ?? decodeHello(state.helloFrame.subarray(5));
        hellos.set(state, known);
        return when(known);
      },
      then: (call) => {
        const [crypto, ...rest] = call.args;
        return call.with(other(crypto), ...rest);
      },
    }),
  ];
}

/** Sends a WELCOME with other bytes, and binds itself to those. */
export function rewritesWelcome(
  when: (hello: Hello) => boolean,
  rewrite: (payload: Uint8Array, hello: Hello) => Uint8Array,
): Fault {
  return at('onHello', {
    when: (call) => when(call.args[3].hello) && call.refusal() === undefined,
    then: (call) => {
      const step = call.standard();
      if (step.state.kind !== 'W_VERIFY') return step;
      const payload = rewrite(step.state.welcomeFrame.slice(5), call.args[3].hello);
      const welcomeFrame = encodeFrame(FrameType.WELCOME, payload);
      return { state: { ...step.state, welcomeFrame }, out: [{ frame: welcomeFrame }] };
    },
  });
}

/** Skips a frame that is to be refused by its type: what the payload holds is not looked at. */
export function ignoresFrame(meant: (state: string, type: number) => boolean): readonly Fault[] {
  return [
    at('admit', {
      when: (call) => call.refusal() === 'frame.unexpected-type' && meant(call.args[1], call.args[2]),
      then: () => {},
    }),
    at('incoming', {
      when: ({ args: [message, , connection] }) =>
        message.kind === 'clear' &&
        meant(stateOf(connection), message.frame.type) &&
        isForeign(stateOf(connection), message.frame.type),
      then: () => {},
    }),
  ];
}

const DUE: { readonly [state: string]: readonly number[] } = {
  W_HELLO: [FrameType.HELLO, FrameType.ALERT],
  W_VERIFY: [FrameType.VERIFY, FrameType.ALERT],
  W_SESSION: [FrameType.ALERT],
};

function isForeign(state: string, type: number): boolean {
  return !(DUE[state] ?? []).includes(type);
}

/** Skips a control message that is not due, by its id. */
export function skipsControl(meant: (state: string, id: number) => boolean): Fault {
  return at('admitControl', {
    when: (call) => call.refusal() !== undefined && meant(call.args[1], call.args[2][0]!),
    then: () => 'skip',
  });
}
