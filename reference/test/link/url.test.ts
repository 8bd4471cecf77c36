import { describe, expect, it } from 'vitest';
import { formatLinkUrl, parseLinkUrl } from '../../src/link/url.ts';

describe('link URLs', () => {
  it('name a host and a port', () => {
    expect(parseLinkUrl('tcp://127.0.0.1:7000')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 7000 });
    expect(parseLinkUrl('tcp://localhost:0')).toEqual({ kind: 'tcp', host: 'localhost', port: 0 });
    expect(parseLinkUrl('tcp://[::1]:1/')).toEqual({ kind: 'tcp', host: '::1', port: 1 });
  });

  it('survive the way there and back', () => {
    for (const url of ['tcp://127.0.0.1:7000', 'tcp://[::1]:1', 'tcp://example.org:65535']) {
      expect(formatLinkUrl(parseLinkUrl(url))).toBe(url);
    }
  });

  it('are refused with a sentence that helps', () => {
    for (const [url, why] of [
      ['', /not a URL/],
      ['127.0.0.1:7000', /not a URL|not supported/],
      ['tcp://127.0.0.1:99999', /not a URL/],
      ['tcp://127.0.0.1', /lacks a host or a port/],
      ['tcp://:7000', /not a URL|lacks a host/],
      ['http://127.0.0.1:7000', /only tcp/],
      ['tls://127.0.0.1:7000', /only tcp/],
      ['tcp://user@127.0.0.1:7000', /more than a host and a port/],
      ['tcp://127.0.0.1:7000/path', /more than a host and a port/],
      ['tcp://127.0.0.1:7000?x', /more than a host and a port/],
    ] as const) {
      expect(() => parseLinkUrl(url), url).toThrow(RangeError);
      expect(() => parseLinkUrl(url), url).toThrow(why);
    }
  });
});
