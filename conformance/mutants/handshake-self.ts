/** Mutants of sections 4.1 and 4.3: nodes that take themselves for another, or another for themselves. */
import { Id } from '../../reference/src/bytes/id.ts';
import { nodeCrypto } from '../../reference/src/crypto/node.ts';
import { ProtocolError } from '../../reference/src/errors.ts';
import { Capability } from '../../reference/src/registry.ts';
import type { Hello } from '../../reference/src/wire/index.ts';
import { rawHello } from './handshake-faults.ts';
import { at } from './links-parts.ts';
import type { Mutant } from './mutant.ts';

type Row = readonly [name: string, breaks: readonly string[], title: string, dependents?: readonly string[]];

function mutant([name, breaks, title, dependents]: Row, ...faults: ReturnType<typeof at>[]): Mutant {
  return { name, breaks, title, ...(dependents === undefined ? {} : { dependents }), faults: () => faults };
}

/** All capabilities that there are. */
const ALL = 15;

export const selfMutants: readonly Mutant[] = [
  mutant(
    ['hello-self-taken', ['HS-31'], 'Talks to itself', ['errors-first-check-decides']],
    at('onHello', {
      when: (call) => call.refusal() === 'hello.self',
      then: (call) => {
        const [crypto, config, state, input] = call.args;
        return call.with(crypto, { ...config, node: Id.ZERO }, state, input);
      },
    }),
  ),
  mutant(
    ['hello-self-by-prefix', ['HS-12', 'HS-31'], 'Compares the first eight bytes of node ids'],
    selfIf(({ node }, own) => node.a === own.a && node.b === own.b),
  ),
  mutant(
    ['hello-self-by-suffix', ['HS-12', 'HS-31'], 'Compares the last eight bytes of node ids'],
    selfIf(({ node }, own) => node.c === own.c && node.d === own.d),
  ),
  mutant(
    ['hello-key-before-self', ['ERR-106'], 'Judges whether the key is on the curve before it looks at the node id'],
    at('onHello', {
      when: (call) => call.refusal() === 'hello.self' && !isPoint(call.args[3].hello.key),
      then: () => {
        throw new ProtocolError('hello.key');
      },
    }),
  ),
  {
    name: 'hello-same-node-evicts',
    title: 'Takes a connection of a known node that offers SELECTIVE_SYNC alone for a restart, and drops the first',
    breaks: ['HS-6'],
    dependents: ['batch-feed-unpacked-without-compression'],
    faults: () => {
      const links = new Map<string, { readonly capabilities: number; readonly evict: () => void }>();
      let latest: (() => void) | undefined;
      return [
        at('receive', {
          when: ({ args: [, link] }) => {
            latest = () => link.inner.destroy();
            return false;
          },
          then: (call) => call.standard(),
        }),
        at('onHello', {
          when: ({ args: [, , , { hello }] }) => {
            const before = links.get(hello.node.toHex());
            return before?.capabilities === ALL && hello.capabilities === Capability.SELECTIVE_SYNC;
          },
          then: (call) => {
            links.get(call.args[3].hello.node.toHex())?.evict();
            return call.standard();
          },
        }),
        at('onVerify', {
          when: (call) => {
            const [, , state] = call.args;
            if (state.kind === 'W_VERIFY') {
              const { peerNode } = state.agreement;
              const capabilities = capabilitiesOf(state.helloFrame);
              if (latest !== undefined) links.set(peerNode.toHex(), { capabilities, evict: latest });
            }
            return false;
          },
          then: (call) => call.standard(),
        }),
      ];
    },
  },
];

function capabilitiesOf(helloFrame: Uint8Array): number {
  return rawHello(helloFrame.subarray(5)).caps?.[0] ?? 0;
}

function selfIf(meant: (hello: Hello, own: Id) => boolean) {
  return at('onHello', {
    when: (call) => call.refusal() === undefined && meant(call.args[3].hello, call.args[1].node),
    then: () => {
      throw new ProtocolError('hello.self');
    },
  });
}

function isPoint(key: Uint8Array): boolean {
  try {
    const { privateKey } = nodeCrypto.generateKeyPair();
    nodeCrypto.agree(privateKey, key);
    return true;
  } catch {
    return false;
  }
}
