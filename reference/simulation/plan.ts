/**
 * What will happen in a world, made from its seed before anything happens: the nodes, and the steps. A step says all that
 * it does, so that others can be left out and it still means the same; that is what makes a history shrink.
 */
import type { DiskErrorCode } from '../src/store/disk.ts';
import { Random } from './random.ts';
import type { Weather } from './wire.ts';

export interface NodePlan {
  readonly name: string;
  /** Whether it is a server, too. */
  readonly isHub: boolean;
  /** Names of the hubs to which it is a client. */
  readonly upstream: readonly string[];
  /** Collection that it wants to be fed; all when absent. */
  readonly scope?: string | undefined;
  /** Collection that it pushes; all when absent. */
  readonly pushes?: string | undefined;
  /** What it does not take, for good. */
  readonly refuses: Refuses;
  /** Seconds by which its wall clock is ahead. */
  readonly ahead: number;
  /** Zeros that its journal writes ahead, in bytes. */
  readonly preallocate: number;
}

/** `none`; `some`: one in eight operations, the same ones on every hub. */
export type Refuses = 'none' | 'some';

export interface Setup {
  readonly seed: string;
  readonly nodes: readonly NodePlan[];
  readonly weather: Weather;
  /** Windows and runs of a few operations, so that few operations fill them. */
  readonly hasSmallWindows: boolean;
  /** Whether everything loses its power once more at the end. */
  readonly endsInBlackout: boolean;
}

export type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  /** The application writes, all in one turn. */
  | { readonly kind: 'write'; readonly node: string; readonly count: number; readonly salt: number }
  /** The node is killed, or loses its power, at the moment when it has done so many more things to its disk; 0: now. */
  | {
      readonly kind: 'crash';
      readonly node: string;
      readonly how: 'kill' | 'power';
      readonly after: number;
      /** Milliseconds until it is started again; null: never. */
      readonly down: number | null;
    }
  /** One connection of the node breaks after so many bytes. */
  | { readonly kind: 'cut'; readonly node: string; readonly after: number; readonly salt: number }
  /** Nothing gets to the node or from it for a time. */
  | { readonly kind: 'stall'; readonly node: string; readonly ms: number }
  /** Somebody changes what is under way to one connection of the node. */
  | { readonly kind: 'tamper'; readonly node: string; readonly how: 'flip' | 'repeat'; readonly salt: number }
  /** A copy of the disk is put aside; the next `restore` brings it back. */
  | { readonly kind: 'backup'; readonly node: string }
  | { readonly kind: 'restore'; readonly node: string; readonly down: number }
  /** What the node does to its disk fails, `times` times, after it has done `after` more things. */
  | {
      readonly kind: 'fault';
      readonly node: string;
      readonly code: DiskErrorCode;
      readonly after: number;
      readonly times: number;
    }
  | { readonly kind: 'compact'; readonly node: string }
  /** An operation of one node gets to another one by a way of its own. */
  | { readonly kind: 'carry'; readonly from: string; readonly to: string; readonly salt: number }
  /** The hub refuses everything for now, for a time. */
  | { readonly kind: 'refuse'; readonly node: string; readonly ms: number };

export const COLLECTIONS = ['bugs', 'notes'] as const;

export function setupOf(seed: string): Setup {
  const random = new Random(seed).fork('setup');
  const hubs = Array.from({ length: random.between(1, 3) }, (_, i) => `hub${i + 1}`);
  const clients = Array.from({ length: random.between(2, 5) }, (_, i) => `client${i + 1}`);
  const refuses = random.chance(0.35) ? 'some' : 'none';
  const preallocate = random.pick([0, 0, 1024, 65_536]);
  /** Whether only the first hub refuses: then others relay what it will not take. */
  const isFirstOnly = random.fork('tiers').chance(0.5);
  const isRing = hubs.length === 3 && random.chance(0.15);
  const common = { refuses, preallocate } as const;
  const nodes: NodePlan[] = [
    ...hubs.map((name, i): NodePlan => {
      const upstream = i > 0 ? [hubs[i - 1]!] : isRing ? [hubs[2]!] : [];
      return { name, isHub: true, upstream, ahead: 0, ...common, refuses: i > 0 && isFirstOnly ? 'none' : refuses };
    }),
    ...clients.map((name): NodePlan => {
      const upstream = random.shuffled(hubs).slice(0, random.chance(0.15) ? 2 : 1);
      const scope = random.chance(0.15) ? random.pick(COLLECTIONS) : undefined;
      const pushes = random.chance(0.08) ? random.pick(COLLECTIONS) : undefined;
      return { name, isHub: false, upstream, scope, pushes, ahead: random.chance(0.08) ? 20 : 0, ...common };
    }),
  ];
  const isFast = random.chance(0.5);
  const weather: Weather = {
    latency: isFast ? [0, 2] : [1, random.pick([20, 200])],
    hiccups: random.pick([0, 0.01, 0.05]),
    bytesPerMillisecond: random.pick([50, 1000, 10_000]),
    pieces: random.pick([0, 0.1, 0.4]),
  };
  return { seed, nodes, weather, hasSmallWindows: random.chance(0.6), endsInBlackout: random.chance(0.2) };
}

/** Probabilities of the steps in one world: each world has its own mixture, so that rare things also come in crowds. */
const WEIGHTS = {
  wait: 30,
  write: 30,
  crash: 8,
  cut: 6,
  stall: 2,
  tamper: 1,
  backup: 3,
  restore: 3,
  fault: 4,
  compact: 6,
  carry: 3,
  refuse: 2,
} as const satisfies { readonly [kind in Step['kind']]: number };

export function stepsOf(setup: Setup, count: number): Step[] {
  const random = new Random(setup.seed).fork('steps');
  const weights = Object.fromEntries(
    Object.entries(WEIGHTS).map(([kind, weight]) => [
      kind,
      kind === 'wait' || kind === 'write' ? weight : random.chance(0.35) ? 0 : weight * random.pick([0.3, 1, 3]),
    ]),
  ) as { readonly [kind in Step['kind']]: number };
  const names = setup.nodes.map(({ name }) => name);
  const hubs = setup.nodes.filter(({ isHub }) => isHub).map(({ name }) => name);
  const clients = names.filter((name) => !hubs.includes(name));
  /** At most one client stays away for ever. */
  let mayLeave = clients.length > 2;
  return Array.from({ length: count }, (): Step => {
    const kind = random.weighted(weights);
    const node = random.pick(names);
    const salt = random.u32();
    switch (kind) {
      case 'wait':
        return { kind, ms: random.magnitude(1, 4000) };
      case 'write':
        return { kind, node: random.chance(0.85) ? random.pick(clients) : node, count: random.magnitude(1, 20), salt };
      case 'crash': {
        const stays = !mayLeave || hubs.includes(node) || !random.chance(0.03);
        mayLeave &&= stays;
        const after = random.chance(0.4) ? 0 : random.between(1, 12);
        const down = stays ? random.magnitude(1, 20_000) : null;
        return { kind, node, how: random.pick(['kill', 'power']), after, down };
      }
      case 'cut':
        return { kind, node, after: random.chance(0.3) ? 0 : random.magnitude(1, 3000), salt };
      case 'stall':
        return { kind, node, ms: random.magnitude(10, 150_000) };
      case 'tamper':
        return { kind, node, how: random.pick(['flip', 'repeat']), salt };
      case 'restore':
        return { kind, node, down: random.magnitude(1, 20_000) };
      case 'fault':
        return {
          kind,
          node,
          code: random.pick(['ENOSPC', 'ENOSPC', 'EIO']),
          after: random.between(0, 6),
          times: random.pick([1, 1, 3, 30]),
        };
      case 'carry':
        return { kind, from: random.pick(names), to: node, salt };
      case 'refuse':
        return { kind, node: random.pick(hubs), ms: random.magnitude(100, 20_000) };
      default:
        return { kind, node };
    }
  });
}
