import { describe, expect, it } from 'vitest';
import { toHex } from '../../../reference/src/bytes/hex.ts';
import type { CryptoProvider } from '../../../reference/src/crypto/provider.ts';
import { KNOWN_CAPABILITIES } from '../../../reference/src/handshake/config.ts';
import type { Step } from '../../generator/topics/handshakes.ts';
import { type Entry, named, topic } from '../files.ts';
import { providers } from '../providers.ts';
import { refusalOf } from '../refusal-of.ts';
import { HandshakeSide } from './handshake-side.ts';

type Role = 'client' | 'server';

/** A side that has received every frame of the peer before step `end`. */
function upTo(end: number, role: Role, vector: Entry, crypto: CryptoProvider): HandshakeSide {
  const side = new HandshakeSide(role, vector[role], vector.challenge, crypto);
  if (role === 'client') side.begin();
  for (const { from, frame } of (vector.steps as Step[]).slice(0, end)) if (from !== role) side.receive(frame);
  return side;
}

describe.each(providers)('handshakes with %s', (_, crypto) => {
  const { valid, invalid } = topic('handshakes');

  it.each(named(valid))('%s: both sides send these frames and agree', (_id, vector) => {
    const steps = vector.steps as Step[];
    // A client of this version offers only what it knows; that one is of a later version.
    const roles: Role[] = vector.client.capabilities > KNOWN_CAPABILITIES ? ['server'] : ['client', 'server'];
    for (const role of roles) {
      const side = upTo(steps.length, role, vector, crypto);
      expect(side.sent).toEqual(steps.filter(({ from }) => from === role).map(({ frame }) => frame));
      const { linkKey, transcriptHash, capabilities, database, principal, peerFrameMaximum } = side.open!;
      expect(toHex(linkKey)).toBe(vector.linkKey);
      expect(toHex(transcriptHash)).toBe(vector.transcriptHash);
      const { kid, ...open } = vector.open;
      expect({ capabilities, database }).toEqual(open);
      expect(peerFrameMaximum).toBe(vector[role === 'client' ? 'server' : 'client'].max);
      if (role === 'server') expect(principal).toBe(kid);
    }
  });

  it.each(named(invalid))('%s is refused', (_id, { base, step, frame, reason }) => {
    const vector = valid.find(({ id }) => id === base)!;
    const { from } = (vector.steps as Step[])[step]!;
    const side = upTo(step, from === 'client' ? 'server' : 'client', vector, crypto);
    expect(side.open).toBeUndefined();
    expect(refusalOf(() => side.receive(frame))).toBe(reason);
  });
});
