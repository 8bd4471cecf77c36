/** The codec: bytes in, values out, and back. Pure, without I/O, and the same in a browser. */
export { compareBytes, compareUtf8, equalBytes } from '../bytes/compare.ts';
export { concat } from '../bytes/concat.ts';
export { crc32 } from '../bytes/crc32.ts';
export { fromHex, toHex } from '../bytes/hex.ts';
export { Id } from '../bytes/id.ts';
export { ByteReader, EndOfBytes } from '../bytes/reader.ts';
export { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
export { ByteWriter } from '../bytes/writer.ts';
export { carriedBy, type Effect, ProtocolError, refuse } from '../errors.ts';
export { type Alert, decodeAlert, encodeAlert } from './alert.ts';
export { type BatchOptions, type Deflate, decodeBatch, encodeBatch, encodePackedBatch, type Inflate } from './batch.ts';
export { databaseNameOf, type Greeting, isDatabaseName, KEY_BYTES } from './clear-message.ts';
export { decodeComplete, encodeComplete } from './complete.ts';
export * from './control/index.ts';
export { CURSOR_BYTES, type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
export { isFields } from './decoded-fields.ts';
export {
  decodeExtensions,
  type Extension,
  encodeExtensions,
  extensionValue,
  TARGET_EXTENSION,
  TEAM_EXTENSION,
} from './extensions.ts';
export { type Admit, encodeFrame, FRAME_HEADER_BYTES, type Frame, FrameParser, type OnFrame } from './frame.ts';
export { decodeHello, encodeHello, type Hello, targetOf } from './hello.ts';
export {
  type DecodeOptions,
  decodeOperation,
  encodeOperation,
  type Operation,
  type PlainOperation,
  teamOf,
} from './operation.ts';
export { type OperationHead, peekOperation } from './operation-head.ts';
export { type JsonOperation, operationFromJson, operationToJson } from './operation-json.ts';
export { checkIndexRecord, indexRecord, type Sha256 } from './operation-rules.ts';
export { decodeRecord, encodeRecord, readRecord } from './record.ts';
export { type JsonRecord, recordFromJson, recordToJson } from './record-json.ts';
export type { SealedOperation } from './sealed-operation.ts';
export { DateValue, Double, equalFields, equalValues, type Fields, Float32Vector, type Value } from './value.ts';
export { type JsonValue, valueFromJson, valueToJson } from './value-json.ts';
export { decodeVerify, encodeVerify, VERIFY_BYTES } from './verify.ts';
export { CHALLENGE_BYTES, decodeWelcome, encodeWelcome, type Welcome } from './welcome.ts';
