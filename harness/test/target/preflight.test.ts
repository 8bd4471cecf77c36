import { describe, expect, it } from 'vitest';
import { PreflightError, runConformance } from '../../src/index.ts';
import { referenceNode, smokeCases } from '../support/node.ts';
import { MANNERS, type Manners, nullNode } from '../support/null-node.ts';

async function explanation(manners: Manners): Promise<PreflightError> {
  const node = await nullNode(manners);
  try {
    return await runConformance({ url: node.url, catalogue: smokeCases(), timeout: 300 }).then(
      () => expect.unreachable(),
      (error: unknown) => error as PreflightError,
    );
  } finally {
    node.close();
  }
}

describe('preflight', () => {
  it.each([
    ['silent', /says nothing: no WELCOME within 600 ms/],
    ['echo', /sends our own HELLO back: that is an echo server/],
    ['close', /ends it without a word after HELLO/],
    ['reset', /ends it without a word|reset/],
    ['garbage', /answers wrongly after HELLO: .*Its first bytes: 5353482d/],
    ['flood', /answers wrongly after HELLO/],
  ])('explains a server that is %s', async (name, sentence) => {
    const error = await explanation(MANNERS[name]!);
    expect(error).toBeInstanceOf(PreflightError);
    expect(error.message).toMatch(sentence);
    expect(error.status).toBe(1);
  });

  it('explains that nothing listens', async () => {
    const node = await nullNode(MANNERS.silent!);
    node.close();
    const run = runConformance({ url: node.url, catalogue: smokeCases() });
    await expect(run).rejects.toMatchObject({ status: 2, message: expect.stringContaining('nothing listens') });
  });

  it('explains a database that is not there, and a psk that is asked for', async () => {
    const { serverPsks } = await import('../../../reference/src/handshake/credential.ts');
    const credential = serverPsks([['k1', new Uint8Array(32).fill(7)]], 16);
    const open = await referenceNode();
    const closed = await referenceNode({ credential });
    const catalogue = smokeCases();
    await expect(runConformance({ url: open.url, catalogue, database: 'nope' })).rejects.toThrow('--database NAME');
    await expect(runConformance({ url: closed.url, catalogue })).rejects.toThrow('--psk FILE');
    const wrong = { kid: 'k1', psk: new Uint8Array(32) };
    await expect(runConformance({ url: closed.url, catalogue, credential: wrong })).rejects.toThrow(
      'is --psk the file',
    );
    await expect(runConformance({ url: open.url, catalogue, credential: wrong })).rejects.toThrow('leave --psk out');
    await Promise.all([open.close(), closed.close()]);
  });
});
