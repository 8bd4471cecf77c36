import { describe, expect, it } from 'vitest';
import { parseAddress } from '../src/address.ts';

describe('parseAddress', () => {
  it('reads tcp and unix', () => {
    expect(parseAddress('tcp://localhost:7474')).toMatchObject({ kind: 'tcp', host: 'localhost', port: 7474 });
    expect(parseAddress('tcp://[::1]:7474')).toMatchObject({ kind: 'tcp', host: '::1', port: 7474 });
    expect(parseAddress('unix:/run/blazedb.sock')).toMatchObject({ kind: 'unix', path: '/run/blazedb.sock' });
  });

  it.each([
    ['127.0.0.1:7474', 'did you mean tcp://127.0.0.1:7474?'],
    ['http://127.0.0.1:1', 'a URL is tcp://HOST:PORT'],
    ['tcp://127.0.0.1', 'no host or no port'],
    ['tcp://127.0.0.1:0', 'no host or no port'],
    ['tcp://127.0.0.1:70000', 'is not the URL of a node'],
    ['tcp://127.0.0.1:1/bugs', '--database'],
    ['wss://127.0.0.1:1', 'not supported by this version'],
    ['unix:', 'unix:PATH'],
    ['', 'is not the URL of a node'],
  ])('refuses %j with what would be right', (url, hint) => {
    expect(() => parseAddress(url)).toThrow(hint);
  });
});
