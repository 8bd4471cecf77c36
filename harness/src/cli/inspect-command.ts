import { readFileSync, statSync } from 'node:fs';
import { fromHex } from '../../../reference/src/bytes/hex.ts';
import { ProtocolError } from '../../../reference/src/errors.ts';
import { requirementLink, requirements } from '../catalogue/requirements.ts';
import { UsageError } from '../failure.ts';
import { RefusedAt } from '../inspect/frames.ts';
import { inspect, KINDS } from '../inspect/inspect.ts';
import type { Json } from '../inspect/json.ts';
import { textLines } from '../inspect/text.ts';
import type { InspectFlags } from './inspect.ts';

/** `inspect`: the exit status. */
export function inspectCommand(input: string, flags: InspectFlags): number {
  const bytes = readBytes(input);
  const key = flags.key === undefined ? undefined : readKey(flags.key);
  if (flags.as !== undefined && !KINDS.includes(flags.as)) throw new UsageError(`there is no kind ${flags.as}`);
  try {
    const { kind, content } = inspect(bytes, { kind: flags.as, key });
    const text = flags.json === true ? JSON.stringify(content, null, 1) : describe(kind, bytes.length, content);
    process.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    const refusal = error instanceof RefusedAt ? error.refusal : error;
    if (!(refusal instanceof ProtocolError)) throw error;
    const offset = error instanceof RefusedAt ? error.offset : undefined;
    process.stdout.write(refused(refusal, offset, flags.json === true));
    return 1;
  }
}

function describe(kind: string, size: number, content: Json): string {
  return [`${kind}, ${size} bytes`, ...textLines(content)].join('\n');
}

/** Why the bytes are wrong: the name of the refusal, where it is known, and the sentence that demands it. */
function refused(refusal: ProtocolError, offset: number | undefined, json: boolean): string {
  const { reason, message, requirement: id, code } = refusal;
  if (json) return `${JSON.stringify({ refused: reason, message, code, requirement: id, offset }, null, 1)}\n`;
  const where = offset === undefined ? '' : ` in the frame at byte ${offset}`;
  const requirement = requirements().get(id);
  const rule = requirement === undefined ? id : `${id}  ${requirement.text}\n  ${requirementLink(requirement)}`;
  return `refused${where}: ${reason}${code === undefined ? '' : ` (${code})`}\n  ${message}\n${rule === '' ? '' : `  ${rule}\n`}`;
}

function readBytes(input: string): Uint8Array {
  const inline = hexOf(input);
  if (inline !== undefined) return inline;
  let content: Buffer;
  try {
    if (input !== '-' && statSync(input).isDirectory()) throw new UsageError(`${input} is a folder, not bytes`);
    content = readFileSync(input === '-' ? 0 : input);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${JSON.stringify(input)} is neither hexadecimal digits nor a file that can be read`);
  }
  const text = content.length <= 1 << 24 && /^[\s0-9a-fA-F]+$/.test(content.toString('latin1'));
  const bytes = text ? hexOf(content.toString('latin1')) : content;
  if (bytes === undefined || bytes.length === 0) throw new UsageError(`${input} holds no bytes`);
  return Uint8Array.from(bytes);
}

function hexOf(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '').replace(/^0x/i, '');
  if (digits === '' || !/^([0-9a-fA-F]{2})+$/.test(digits)) return undefined;
  return fromHex(digits);
}

function readKey(hex: string): Uint8Array {
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw new UsageError('--key takes the 64 hex digits of a link key');
  return fromHex(hex);
}
