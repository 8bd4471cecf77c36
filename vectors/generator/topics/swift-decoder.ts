import { fromHex } from '../../../reference/src/bytes/hex.ts';
import { ProtocolError } from '../../../reference/src/errors.ts';
import { decodeRecord } from '../../../reference/src/wire/record.ts';
import type { JsonRecord } from '../../../reference/src/wire/record-json.ts';
import { recordToJson } from '../../../reference/src/wire/record-json.ts';
import { demanded, shownBy } from '../requirements.ts';
import { SWIFT, swift } from '../sources.ts';
import { head, type Topic } from '../vector-file.ts';

/**
 * Inputs that were given to upstream's decoder, with what it did. It is lenient: most of what it accepts is refused here.
 * Upstream's value stands beside ours, since it may be another one even where both accept.
 */
export const swiftDecoder: Topic = () => {
  const cases = swift.decoder.map(({ name, hex, note, swift: { accepts } }) => ({
    front: { id: name, source: 'swift', ...(note === '' ? {} : { note }) },
    upstream: accepts === undefined ? { accepts: false } : { accepts: true, fields: accepts },
    bytes: hex,
    ours: decoded(hex),
  }));
  return {
    ...head(
      'swift-decoder',
      "Inputs to BlazeDB's own decoder: what it did stands under `swift`, beside our verdict.",
      SWIFT,
    ),
    valid: cases.flatMap(({ front, upstream, bytes, ours }) =>
      ours instanceof ProtocolError
        ? []
        : [{ ...front, requirements: shownBy(ours), swift: upstream, fields: ours, bytes }],
    ),
    invalid: cases.flatMap(({ front, upstream, bytes, ours }) =>
      ours instanceof ProtocolError
        ? [{ ...front, requirements: demanded(ours.reason), swift: upstream, bytes, reason: ours.reason }]
        : [],
    ),
  };
};

function decoded(bytes: string): JsonRecord | ProtocolError {
  try {
    return recordToJson(decodeRecord(fromHex(bytes)));
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
