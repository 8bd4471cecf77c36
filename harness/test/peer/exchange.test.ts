import { describe, expect, it } from 'vitest';
import { Exchange } from '../../src/peer/exchange.ts';
import { exchangeLines } from '../../src/report/exchange-lines.ts';

function exchangeOf(entries: number): Exchange {
  const exchange = new Exchange();
  for (let i = 0; i < entries; i++) exchange.note('A', `n${i}`);
  return exchange;
}

describe('Exchange', () => {
  it('keeps all of an exchange of ordinary length', () => {
    const names = exchangeOf(1200).entries.map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 1200 }, (_, i) => `n${i}`));
  });

  it('is bounded, keeps the end where a case fails, and counts what is missing', () => {
    const names = exchangeOf(10_000).entries.map(({ name }) => name);
    const gap = names.findIndex((name) => name.endsWith(' more'));
    expect(names.length).toBeLessThan(2500);
    expect(names.slice(-1000)).toEqual(Array.from({ length: 1000 }, (_, i) => `n${9000 + i}`));
    expect(names.length - 1 + Number.parseInt(names[gap]!, 10)).toBe(10_000);
  });
});

describe('exchangeLines', () => {
  it('shows a short exchange as a whole', () => {
    expect(exchangeLines(exchangeOf(80).entries)).toHaveLength(80);
  });

  it('says where the middle of a long one can be read', () => {
    const lines = exchangeLines(exchangeOf(500).entries);
    expect(lines).toHaveLength(81);
    expect(lines[20]).toContain('420 more, which the reports of --html and --json show');
    expect(lines.at(-1)).toContain('n499');
  });
});
