/** One side of a handshake of the vectors, run by the reference: frames in, frames out. */
import { fromHex, toHex } from '../../../reference/src/bytes/hex.ts';
import { Id } from '../../../reference/src/bytes/id.ts';
import { admit, admitControl } from '../../../reference/src/channel/admission.ts';
import { Direction } from '../../../reference/src/channel/direction.ts';
import { Opener } from '../../../reference/src/channel/opener.ts';
import { Sealer } from '../../../reference/src/channel/sealer.ts';
import { withRandomness } from '../../../reference/src/crypto/fixed.ts';
import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import * as client from '../../../reference/src/handshake/client.ts';
import type { ClientConfig, ServerConfig } from '../../../reference/src/handshake/config.ts';
import { clientPsk, serverPsks } from '../../../reference/src/handshake/credential.ts';
import * as server from '../../../reference/src/handshake/server.ts';
import { type ClientState, type Opened, type ServerState, W_HELLO } from '../../../reference/src/handshake/state.ts';
import type { Step } from '../../../reference/src/handshake/step.ts';
import { DEFAULT_LIMITS, FrameType } from '../../../reference/src/registry.ts';
import { decodeComplete } from '../../../reference/src/wire/complete.ts';
import { decodeControl, encodeControl } from '../../../reference/src/wire/control/control.ts';
import type { ControlMessageOf } from '../../../reference/src/wire/control/message.ts';
import { type Frame, FrameParser } from '../../../reference/src/wire/frame.ts';
import { decodeHello } from '../../../reference/src/wire/hello.ts';
import { decodeVerify } from '../../../reference/src/wire/verify.ts';
import { decodeWelcome } from '../../../reference/src/wire/welcome.ts';
import type { Side } from '../../generator/topics/handshakes.ts';

type Role = 'client' | 'server';
type State = ClientState | ServerState;

export class HandshakeSide {
  /** Whole frames that this side has sent, in hex. */
  readonly sent: string[] = [];
  readonly #role: Role;
  readonly #crypto: CryptoProvider;
  readonly #side: Side;
  readonly #client: ClientConfig;
  readonly #server: ServerConfig;
  readonly #parser: FrameParser;
  #state: State = W_HELLO;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;

  constructor(role: Role, side: Side, challenge: string, crypto: CryptoProvider) {
    this.#role = role;
    this.#side = side;
    this.#crypto = withRandomness(crypto, {
      keyPair: () => ({ privateKey: fromHex(side.privateKey), publicKey: fromHex(side.publicKey) }),
      bytes: () => fromHex(challenge),
    });
    const common = {
      node: Id.fromHex(side.node),
      capabilities: side.capabilities,
      limits: { FRAME_BYTES: side.max },
    };
    const extensions = side.extensions.map(({ type, value }) => ({ type, value: fromHex(value) }));
    const target = role === 'client' ? side.extensions.find(({ type }) => type === 1)?.value : undefined;
    const { credential } = side;
    const psk = credential === undefined ? undefined : fromHex(credential.psk);
    this.#client = {
      ...common,
      database: side.database,
      ...(target === undefined ? {} : { target: new TextDecoder().decode(fromHex(target)) }),
      // A target that is the own name is not written by `target`.
      extensions: extensions.filter(({ type, value }) => type !== 1 || toHex(value) === toHex(fromText(side.database))),
      grease: false,
      ...(psk === undefined ? {} : { credential: clientPsk(credential!.kid, psk) }),
    };
    this.#server = {
      ...common,
      extensions,
      serves: () => true,
      ...(psk === undefined ? {} : { credential: serverPsks([[credential!.kid, psk]]) }),
    };
    this.#parser = new FrameParser(
      (type, length) => admit(role as 'client', this.#state.kind as 'OPEN', type, length, DEFAULT_LIMITS),
      (frame, raw) => this.#take(this.#onFrame(frame, raw)),
    );
  }

  /** The result, once OPEN. */
  get open(): Opened | undefined {
    return this.#state.kind === 'OPEN' ? this.#state.open : undefined;
  }

  /** A client begins. */
  begin(): void {
    this.#take(client.clientHello(this.#crypto, this.#client, Number(this.#side.time)));
  }

  /** Throws the ProtocolError of what this side refuses. */
  receive(frame: string): void {
    this.#parser.push(fromHex(frame));
  }

  #onFrame(frame: Frame, raw: Uint8Array): Step<State> {
    const whole = raw.slice();
    const crypto = this.#crypto;
    switch (frame.type) {
      case FrameType.HELLO: {
        const input = { hello: decodeHello(frame.payload), frame: whole, time: Number(this.#side.time) };
        return server.onHello(crypto, this.#server, this.#state as ServerState, input);
      }
      case FrameType.WELCOME: {
        const input = { welcome: decodeWelcome(frame.payload), frame: whole };
        return client.onWelcome(crypto, this.#client, this.#state as ClientState, input);
      }
      case FrameType.VERIFY: {
        const input = { mac: decodeVerify(frame.payload), frame: whole };
        return server.onVerify(crypto, this.#server, this.#state as ServerState, input);
      }
      case FrameType.COMPLETE:
        decodeComplete(frame.payload);
        return client.onComplete(this.#state as ClientState);
      default:
        return this.#onControl(this.#opener!.open(frame));
    }
  }

  #onControl(plaintext: Uint8Array): Step<State> {
    admitControl(this.#role as 'client', this.#state.kind as 'OPEN', plaintext, DEFAULT_LIMITS);
    const message = decodeControl(plaintext);
    const crypto = this.#crypto;
    if (message.name === 'SESSION') {
      return this.#role === 'client'
        ? client.onSession(crypto, this.#client, this.#state as ClientState, message)
        : server.onSession(crypto, this.#server, this.#state as ServerState, message);
    }
    const auth = message as ControlMessageOf<'AUTH'> & { name: 'AUTH' };
    return this.#role === 'client'
      ? client.onAuth(crypto, this.#client, this.#state as ClientState, auth)
      : server.onAuth(crypto, this.#server, this.#state as ServerState, auth);
  }

  #take({ state, out }: Step<State>): void {
    this.#state = state;
    this.#useKey(state);
    for (const { frame, sealed } of out) {
      const bytes = frame ?? this.#sealer!.seal(FrameType.CONTROL, encodeControl(sealed!));
      this.sent.push(toHex(bytes));
    }
    if (state.kind === 'CLOSED' && state.refusal !== undefined) throw state.refusal;
  }

  #useKey(state: State): void {
    if (!('bound' in state) || this.#sealer !== undefined) return;
    const [own, peer] = this.#role === 'client' ? DIRECTIONS : [...DIRECTIONS].reverse();
    this.#sealer = new Sealer(this.#crypto, state.bound.linkKey, own!, DEFAULT_LIMITS);
    this.#opener = new Opener(this.#crypto, state.bound.linkKey, peer!, DEFAULT_LIMITS);
  }
}

const DIRECTIONS = [Direction.clientToServer, Direction.serverToClient] as const;

const fromText = (text: string) => new TextEncoder().encode(text);
