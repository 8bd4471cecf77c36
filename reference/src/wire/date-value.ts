import { Double, numberOf } from './double.ts';

/** 2001-01-01T00:00:00Z in Unix seconds. */
const EPOCH = 978_307_200;

/** A point in time: the bits of a double, seconds since 2001-01-01T00:00:00Z, as two int32 words. */
export class DateValue {
  declare readonly hi: number;
  declare readonly lo: number;

  constructor(hi: number, lo: number) {
    this.hi = hi | 0;
    this.lo = lo | 0;
  }

  /** From seconds since 2001-01-01T00:00:00Z. */
  static of(seconds: number): DateValue {
    const { hi, lo } = Double.of(seconds);
    return new DateValue(hi, lo);
  }

  static fromBits(hi: number, lo: number): DateValue {
    return new DateValue(hi, lo);
  }

  static fromUnixMilliseconds(milliseconds: number): DateValue {
    return DateValue.of(milliseconds / 1000 - EPOCH);
  }

  /** Seconds since 2001-01-01T00:00:00Z. */
  get value(): number {
    return numberOf(this.hi, this.lo);
  }

  get unixMilliseconds(): number {
    return (this.value + EPOCH) * 1000;
  }

  equals(other: DateValue): boolean {
    return this.hi === other.hi && this.lo === other.lo;
  }
}
