/** The first byte of a value (registry value-tags). */
export const Tag = {
  STRING: 0x01,
  INT: 0x02,
  DOUBLE: 0x03,
  BOOL: 0x04,
  UUID: 0x05,
  DATE: 0x06,
  DATA: 0x07,
  ARRAY: 0x08,
  DICTIONARY: 0x09,
  VECTOR: 0x0a,
  NULL: 0x0b,
  EMPTY_STRING: 0x11,
  SMALL_INT: 0x12,
  EMPTY_ARRAY: 0x18,
  EMPTY_DICTIONARY: 0x19,
  /** Plus a length of 1 to 15. */
  SHORT_STRING: 0x20,
} as const;

export type Tag = (typeof Tag)[keyof typeof Tag];

/** Bytes of the longest string that has the short form. */
export const SHORT_STRING_BYTES = 15;
/** Greatest int that has the short form; its least is 0. */
export const SMALL_INT_MAXIMUM = 255;
