import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { parseAddress } from '../../src/address.ts';
import { Fresh } from '../../src/fresh.ts';
import { Exchange } from '../../src/peer/exchange.ts';
import type { PeerOptions } from '../../src/peer/options.ts';
import { Peer } from '../../src/peer/peer.ts';
import { limitsOf } from '../../src/run/profile.ts';
import { Environment } from '../../src/script/environment.ts';
import { Stage } from '../../src/script/stage.ts';

/** Options of a peer with fixed randomness, towards an address that nobody has to serve. */
export function peerOptions(url = 'tcp://127.0.0.1:9', changes: Partial<PeerOptions> = {}): PeerOptions {
  const fresh = new Fresh('test');
  return {
    ...{ address: parseAddress(url), crypto: nodeCrypto, limits: limitsOf(), database: 'bugs' },
    ...{ node: fresh.child('node').id(), fresh, timeout: 1000, exchange: new Exchange() },
    ...changes,
  };
}

/** A peer without a link. */
export function peer(changes: Partial<PeerOptions> = {}): Peer {
  return new Peer('A', peerOptions(undefined, changes));
}

/** Variables without a case. */
export function environment(): Environment {
  const { limits, fresh, database, node } = peerOptions();
  return new Environment({ limits, fresh, database, node });
}

export function stage(url: string, changes: Partial<PeerOptions> = {}): Stage {
  return new Stage(peerOptions(url, changes));
}
