import { describe, expect, it } from 'vitest';
import { AddressBook, addressKey } from '../../src/node/address-book.ts';
import { DEFAULT_LIMITS } from '../../src/registry.ts';

const limits = { ...DEFAULT_LIMITS, HALF_OPEN: 2, FAILED_PROOFS: 2 };

describe('the address book', () => {
  it('turns the next one away when too many of an address are on their way', () => {
    const book = new AddressBook(limits);
    book.enter('192.0.2.1');
    expect(book.judge('192.0.2.1', 0)).toBeUndefined();
    book.enter('192.0.2.1');
    expect(book.judge('192.0.2.1', 0)).toBe('connection.half-open');
    expect(book.judge('192.0.2.2', 0)).toBeUndefined();
    book.leave('192.0.2.1');
    expect(book.judge('192.0.2.1', 0)).toBeUndefined();
  });

  it('turns an address away for a minute from the failure that filled the measure', () => {
    const book = new AddressBook(limits);
    book.failed('192.0.2.1', 0);
    book.failed('192.0.2.9', 5_000);
    book.failed('192.0.2.1', 10_000);
    expect(book.judge('192.0.2.1', 59_999)).toBe('connection.failed-proofs');
    expect(book.judge('192.0.2.9', 59_999)).toBeUndefined();
    expect(book.judge('192.0.2.1', 60_000)).toBeUndefined();
    book.failed('192.0.2.1', 60_001);
    expect(book.judge('192.0.2.1', 60_002)).toBe('connection.failed-proofs');
    expect(book.judge('192.0.2.1', 70_000)).toBeUndefined();
    expect(book.judge('192.0.2.1', 200_000)).toBeUndefined();
  });

  it('counts an IPv6 host by its /64 prefix, and a mapped address as the IPv4 one that it is', () => {
    expect(addressKey('::ffff:192.0.2.1')).toBe(addressKey('192.0.2.1'));
    expect(addressKey('2001:db8::1')).toBe(addressKey('2001:0db8:0:0:ffff::9'));
    expect(addressKey('2001:db8::1')).not.toBe(addressKey('2001:db8:0:1::1'));
    expect(addressKey('fe80::1%eth0')).toBe(addressKey('fe80::2'));
    expect(addressKey('::1')).toBe('0:0:0:0');
    expect(addressKey('unknown')).toBe('unknown');
  });
});
