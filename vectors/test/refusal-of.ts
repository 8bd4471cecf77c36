import { ProtocolError } from '../../reference/src/errors.ts';

/** The reason for which `decode` refuses; `accepted` when it does not. Any other error is a defect and is thrown. */
export function refusalOf(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof ProtocolError) return error.reason;
    throw error;
  }
  return 'accepted';
}
