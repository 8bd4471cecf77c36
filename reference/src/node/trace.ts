import { toHex } from '../bytes/hex.ts';
import { ProtocolError } from '../errors.ts';
import { FrameType } from '../registry.ts';
import { decodeAlert } from '../wire/alert.ts';
import { controlToJson } from '../wire/control/json.ts';
import type { ControlMessage } from '../wire/control/message.ts';
import { FRAME_HEADER_BYTES } from '../wire/frame.ts';
import { decodeHello, type Hello } from '../wire/hello.ts';
import { peekOperation } from '../wire/operation.ts';
import { decodeWelcome } from '../wire/welcome.ts';
import { describeEnding, type Ending } from './ending.ts';
import type { Incoming, Outgoing } from './messages.ts';
import { ServerConnection } from './server-connection.ts';
import type { ServerParts } from './server-parts.ts';

/**
 * The same parts, which also tell `print` each message in one line: what came (`<`) and what is sent (`>`), on which
 * connection. Clear frames are shown in hex, too, for comparing bytes. No secret is shown: no key, no proof, no token, and
 * no contents of records.
 */
export function tracing(parts: ServerParts, print: (line: string) => void): ServerParts {
  return {
    ...parts,
    incoming(message, next, connection) {
      print(`${numberOf(connection)} < ${describe(message)}`);
      parts.incoming(message, next, connection);
    },
    outgoing(message, next, connection) {
      parts.outgoing(
        message,
        (sent) => {
          print(`${numberOf(connection)} > ${describe(sent)}`);
          next(sent);
        },
        connection,
      );
    },
  };
}

/** The line about an end. */
export function traceEnding(connection: ServerConnection, ending: Ending): string {
  return `${numberOf(connection)} ended: ${describeEnding(ending)}`;
}

function numberOf(connection: unknown): string {
  return connection instanceof ServerConnection ? `#${connection.number}` : '#';
}

function describe(message: Incoming | Outgoing): string {
  if (message.kind === 'operations') return message.operations.map(describeOperation).join('; ');
  if (message.kind === 'control') return JSON.stringify(withoutProof(message.message));
  if (message.kind === 'clear') return describeClear('raw' in message ? message.raw : message.frame);
  if (message.kind === 'sealed') return `sealed type ${message.type}, ${message.plaintext.length} bytes`;
  return 'end';
}

function withoutProof(message: ControlMessage): object {
  const json = controlToJson(message);
  return message.name === 'AUTH' ? { ...json, proof: `${message.proof.length} bytes` } : json;
}

function describeClear(frame: Uint8Array): string {
  const payload = frame.subarray(FRAME_HEADER_BYTES);
  try {
    if (frame[0] === FrameType.HELLO) {
      const hello = decodeHello(payload);
      return `HELLO ${greeting(hello)}${hello.token === '' ? ` ${toHex(frame)}` : ' with a token'}`;
    }
    if (frame[0] === FrameType.WELCOME) return `WELCOME ${greeting(decodeWelcome(payload))} ${toHex(frame)}`;
    if (frame[0] === FrameType.ALERT) return `ALERT ${decodeAlert(payload).code.toString(16).padStart(4, '0')}`;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `${toHex(frame)} (${error.reason})`;
  }
  return `${NAMES.get(frame[0]!) ?? 'frame'} ${toHex(frame)}`;
}

const NAMES = new Map<number, string>(Object.entries(FrameType).map(([name, type]) => [type, name]));

function greeting({ node, database, capabilities }: Pick<Hello, 'node' | 'database' | 'capabilities'>): string {
  return `node ${node.toHex()} database ${database} caps ${capabilities}`;
}

function describeOperation(bytes: Uint8Array): string {
  try {
    const { id, type, collection, counter } = peekOperation(bytes);
    return `${type} ${id.toHex()} counter ${counter} ${collection ?? ''} ${bytes.length} bytes`;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `operation of ${bytes.length} bytes (${error.reason})`;
  }
}
