import { afterEach, describe, expect, it } from 'vitest';
import type { Link, LinkEvents, Listener } from '../../src/link/link.ts';
import { connectTcp, listenTcp } from '../../src/link/tcp.ts';
import { parseLinkUrl } from '../../src/link/url.ts';

const ANY = parseLinkUrl('tcp://127.0.0.1:0');
let listener: Listener | undefined;
let links: Link[] = [];

afterEach(async () => {
  for (const link of links) link.destroy();
  links = [];
  await listener?.close();
  listener = undefined;
});

/** Events as they come, and promises of the next ones. */
class Watch implements LinkEvents {
  bytes: Uint8Array = new Uint8Array(0);
  ended = false;
  closed = false;
  private readonly waiting: (() => void)[] = [];

  onBytes(chunk: Uint8Array): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    this.wake();
  }

  onDrain(): void {
    this.wake();
  }

  onEnd(): void {
    this.ended = true;
    this.wake();
  }

  onClose(): void {
    this.closed = true;
    this.wake();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

async function pair(): Promise<{ a: Link; b: Link; atA: Watch; atB: Watch }> {
  let onLink: (link: Link) => void = () => {};
  const incoming = new Promise<Link>((resolve) => {
    onLink = resolve;
  });
  listener = await listenTcp(ANY, (link) => onLink(link));
  const a = await connectTcp(parseLinkUrl(listener.url));
  const b = await incoming;
  links.push(a, b);
  const [atA, atB] = [new Watch(), new Watch()];
  a.start(atA);
  b.start(atB);
  return { a, b, atA, atB };
}

describe('a TCP link', () => {
  it('says which port it was given', async () => {
    listener = await listenTcp(ANY, () => {});
    expect(listener.url).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('carries bytes both ways and knows the address of the peer', async () => {
    const { a, b, atA, atB } = await pair();
    a.send(Uint8Array.of(1, 2, 3));
    await atB.until(() => atB.bytes.length === 3);
    b.send(Uint8Array.of(4));
    await atA.until(() => atA.bytes.length === 1);
    expect([...atB.bytes, ...atA.bytes]).toEqual([1, 2, 3, 4]);
    expect(b.remoteAddress).toBe('127.0.0.1');
  });

  it('ends one direction and goes on reading in the other', async () => {
    const { a, b, atA, atB } = await pair();
    a.send(Uint8Array.of(1));
    a.end();
    a.send(Uint8Array.of(2));
    await atB.until(() => atB.ended);
    expect([...atB.bytes]).toEqual([1]);
    b.send(Uint8Array.of(9));
    await atA.until(() => atA.bytes.length === 1);
    b.end();
    await atA.until(() => atA.closed);
    await atB.until(() => atB.closed);
  });

  it('takes an abrupt end for an end', async () => {
    const { a, b, atA, atB } = await pair();
    b.send(new Uint8Array(100_000));
    a.destroy();
    await atA.until(() => atA.closed);
    b.send(new Uint8Array(100_000));
    await atB.until(() => atB.closed);
    b.send(Uint8Array.of(1));
    b.end();
  });

  it('holds back while it is paused, and says when what was sent has left', async () => {
    const { a, b, atA, atB } = await pair();
    b.pause();
    const chunk = new Uint8Array(1 << 20);
    let sent = 0;
    while (a.buffered < 4 * chunk.length) {
      a.send(chunk);
      sent += chunk.length;
    }
    b.resume();
    await atA.until(() => a.buffered === 0);
    await atB.until(() => atB.bytes.length === sent);
  });

  it('rejects with the error of the system', async () => {
    listener = await listenTcp(ANY, () => {});
    const { port } = parseLinkUrl(listener.url);
    await expect(listenTcp({ ...ANY, port }, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await listener.close();
    await expect(connectTcp({ ...ANY, port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    listener = undefined;
  });
});
