import { ByteWriter, type Extension } from '../../../reference/src/wire/index.ts';

/** An extension block in the order given, descending and doubled types included; nothing for no extensions. */
export function encodeLaxExtensions(extensions: readonly Extension[]): Uint8Array {
  if (extensions.length === 0) return new Uint8Array(0);
  const writer = new ByteWriter();
  writer.u16(extensions.reduce((total, { value }) => total + 4 + value.length, 0));
  for (const { type, value } of extensions) {
    writer.u16(type);
    writer.u16(value.length);
    writer.bytes(value);
  }
  return writer.finish();
}
