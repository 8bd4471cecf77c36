import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { clientPsk, serverPsks } from '../../src/handshake/credential.ts';
import { fixedKeys } from '../../src/node/fixed-keys.ts';
import { standardServerParts } from '../../src/node/server-parts.ts';
import { statementOf } from '../../src/node/statement.ts';
import { traceEnding, tracing } from '../../src/node/trace.ts';
import { Capability, DEFAULT_LIMITS } from '../../src/registry.ts';
import { encoded, newId } from '../sync/operations.ts';
import { Bench } from './support/set-up.ts';

const psk = new Uint8Array(32).fill(0x33);

describe('a trace', () => {
  it('shows each message in a line, and no secret', async () => {
    const lines: string[] = [];
    const parts = { ...standardServerParts, grease: () => undefined };
    const bench = new Bench({
      credential: serverPsks([['k1', psk]]),
      parts: tracing(parts, (line) => lines.push(line)),
      onEnding: (connection, ending) => lines.push(traceEnding(connection, ending)),
    });
    const { client } = await bench.client({ credential: clientPsk('k1', psk) });
    const changes = new Map([['title', 'very private']]);
    await client.push(encoded({ changes }));
    await client.push(encoded({ changes }).slice(0, -1));
    await client.close();
    const names = lines.map((line) => /^#1 ([<>] )?(?:\{"message":")?([A-Za-z]+)/.exec(line));
    expect(names.map((match) => `${match?.[1] ?? ''}${match?.[2]}`)).toEqual([
      '< HELLO',
      '> WELCOME',
      '< VERIFY',
      '> COMPLETE',
      '> SESSION',
      '< SESSION',
      '< AUTH',
      '> AUTH',
      '< insert',
      '> ACK',
      '< insert',
      '> REJECT',
      '< CLOSE',
      '> CLOSE',
      '> end',
      'ended',
    ]);
    const text = lines.join('\n');
    expect(text).toContain('"message":"AUTH"');
    expect(text).toContain('"proof":"32 bytes"');
    expect(text).toContain('"message":"ACK"');
    expect(text).not.toContain('very private');
    expect(text).not.toContain(toHex(new TextEncoder().encode('very private')));
    expect(text).not.toContain('3333333333');
  });

  it('shows bytes that are no message as they are', async () => {
    const lines: string[] = [];
    const bench = new Bench({ parts: tracing(standardServerParts, (line) => lines.push(line)) });
    const link = bench.link();
    link.send(Uint8Array.of(1, 0, 0, 0, 1, 9));
    await new Promise(setImmediate);
    expect(lines).toEqual(['#1 < 010000000109 (message.truncated)', '#1 > ALERT 0101', '#1 > end']);
  });
});

describe('fixed keys', () => {
  it('make two nodes say the same bytes', async () => {
    const privateKey = new Uint8Array(32).fill(0x11);
    const node = newId();
    const said = async () => {
      const sent: string[] = [];
      const parts = {
        ...standardServerParts,
        randomness: () => fixedKeys(nodeCrypto, privateKey),
        outgoing: ((message, next) => {
          if (message.kind === 'clear') sent.push(toHex(message.frame));
          next(message);
        }) satisfies typeof standardServerParts.outgoing,
      };
      const bench = new Bench({ parts, node });
      for (let i = 0; i < 2; i++) await bench.client();
      return sent;
    };
    const first = await said();
    expect(first).toHaveLength(4);
    expect(first[0]).toBe(first[2]);
    expect(await said()).toEqual(first);
  });

  it('give an endless stream of bytes', () => {
    const crypto = fixedKeys(nodeCrypto, new Uint8Array(32).fill(1));
    const [a, b] = [crypto.randomBytes(70), crypto.randomBytes(70)];
    expect(a).toHaveLength(70);
    expect(a).not.toEqual(b);
  });
});

describe('the statement of a server', () => {
  it('says what is really so', () => {
    expect(statementOf('none', Capability.COMPRESSION, DEFAULT_LIMITS)).toEqual({
      node: 'blazedb-kit reference node',
      levels: ['L0', 'L1'],
      capabilities: ['COMPRESSION'],
      auth: ['none'],
      log: 'memory',
    });
    expect(statementOf('psk', 0, { ...DEFAULT_LIMITS, SCOPES: 3 })).toMatchObject({
      auth: ['psk'],
      limits: { SCOPES: 3 },
    });
  });
});
