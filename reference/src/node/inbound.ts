import { isSealedType } from '../channel/admission.ts';
import type { Opener } from '../channel/opener.ts';
import { refuse } from '../errors.ts';
import type { ClientState, ServerState } from '../handshake/state.ts';
import { Capability, FrameType, type Limits } from '../registry.ts';
import { type Frame, FrameParser } from '../wire/frame.ts';
import { inflate } from './inflate.ts';
import type { Incoming } from './messages.ts';
import type { ConnectionParts } from './parts.ts';

export interface InboundConfig {
  readonly role: 'client' | 'server';
  /** The receiver's present state, in which the next header is judged. */
  readonly state: () => (ClientState | ServerState)['kind'];
  readonly parts: ConnectionParts;
  readonly limits: Limits;
  readonly deliver: (message: Incoming) => void;
}

/** Turns the bytes of a link into messages: frames, opened, decoded in their envelope, in their order. */
export class Inbound {
  readonly #config: InboundConfig;
  readonly #parser: FrameParser;
  /** Set once there is a link key. */
  opener: Pick<Opener, 'open'> | undefined;
  /** Capability bits that are in force. */
  capabilities = 0;

  constructor(config: InboundConfig) {
    this.#config = config;
    const { role, state, parts, limits } = config;
    this.#parser = new FrameParser(
      (type, length) => parts.admit(role, state(), type, length, limits),
      (frame, raw) => this.#receive(frame, raw),
    );
  }

  /** Throws what a frame is refused by, and what `deliver` throws; then nothing more is delivered. */
  push(chunk: Uint8Array): void {
    this.#parser.push(chunk);
  }

  stop(): void {
    this.#parser.stop();
    this.opener = undefined;
  }

  #receive(frame: Frame, raw: Uint8Array): void {
    const message = isSealedType(frame.type) ? this.#open(frame) : ({ kind: 'clear', frame, raw } as const);
    if (message !== undefined) this.#config.deliver(message);
  }

  /** The message in a sealed frame; `undefined` for one that is to be skipped. */
  #open(frame: Frame): Incoming | undefined {
    const { role, state, parts, limits } = this.#config;
    const plaintext = this.opener?.open(frame) ?? refuse('frame.unexpected-type', 'sealed, before there is a key');
    if (frame.type === FrameType.OPERATION) return { kind: 'operations', operations: [plaintext] };
    if (frame.type === FrameType.BATCH) {
      const compression = (this.capabilities & Capability.COMPRESSION) !== 0;
      return { kind: 'operations', operations: parts.decodeBatch(plaintext, { compression, inflate }) };
    }
    if (parts.admitControl(role, state(), plaintext, limits) === 'skip') return undefined;
    const message = parts.decodeControl(plaintext);
    return message.name === 'UNKNOWN' ? undefined : { kind: 'control', message };
  }
}
