import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { type Address, parseAddress } from '../address.ts';
import { type Case, wantsNode } from '../catalogue/case.ts';
import { catalogueDigest } from '../catalogue/digest.ts';
import { loadCatalogue } from '../catalogue/load.ts';
import { leftOut, select } from '../catalogue/select.ts';
import { UsageError } from '../failure.ts';
import { Fresh } from '../fresh.ts';
import { isDurable } from '../need/need.ts';
import { Observer } from '../observe/observer.ts';
import { Exchange } from '../peer/exchange.ts';
import type { Peer } from '../peer/peer.ts';
import { ExecTarget } from '../target/exec.ts';
import { ExecHost, ownsData } from '../target/exec-host.ts';
import { preflight } from '../target/preflight.ts';
import { CaseRunner } from './case-runner.ts';
import { DEFAULT_DATABASE, DEFAULT_RUNS, DEFAULT_TIMEOUT, DEFAULT_WORKERS, type RunOptions } from './options.ts';
import { capabilityNames, limitsOf, type Profile } from './profile.ts';
import { makeReport, type Report } from './report.ts';
import { schedule } from './schedule.ts';
import { type Sources, sourcesFor } from './source-address.ts';
import type { CaseResult } from './verdict.ts';

/** Milliseconds for each step of the preflight at most: three steps, so within 15 s. */
const PREFLIGHT_TIMEOUT = 4_000;

/**
 * Runs the catalogue, or what is selected of it, against one node. Throws UsageError when it cannot be done, PreflightError
 * when no handshake can be completed; everything else is a verdict.
 */
export async function runConformance(options: RunOptions): Promise<Report> {
  const startedAt = new Date();
  const start = performance.now();
  const catalogue = options.catalogue ?? (await loadCatalogue());
  const selection = { levels: options.statement?.levels, ...options };
  const cases = select(catalogue, selection);
  const seed = options.seed ?? randomSeed();
  const { address, target } = await targetOf(options);
  const host = options.exec !== undefined && ownsData(options.exec) ? new ExecHost(options.exec) : undefined;
  try {
    const prepared = await prepare(options, { address, target, host }, seed);
    const results = await runAll(prepared, cases, options, leftOut(catalogue, selection));
    return makeReport({
      ...{ startedAt, seed, results, profile: prepared.profile },
      durationMs: performance.now() - start,
      target: {
        url: options.shown ?? options.exec ?? address.url,
        command: options.command ?? `blazedb-kit run ${address.url}`,
        ...(options.label === undefined ? {} : { label: options.label }),
      },
      digest: catalogueDigest(cases),
    });
  } finally {
    await Promise.all([target?.stop(), host?.close()]);
  }
}

/** The node that all cases share, and where those come from that cases have to themselves. */
interface Nodes {
  readonly address: Address;
  readonly target: ExecTarget | undefined;
  readonly host: ExecHost | undefined;
}

async function targetOf({ url, exec }: RunOptions): Promise<{ address: Address; target?: ExecTarget }> {
  if ((url === undefined) === (exec === undefined)) {
    throw new UsageError('a run needs a target: the URL of a node, or --exec "COMMAND with {port}"; not both');
  }
  return exec !== undefined ? ExecTarget.start(exec) : { address: parseAddress(url!) };
}

/** 0 to 2^31 - 1, as fast-check takes it. */
export function randomSeed(): number {
  const [a = 0, b = 0, c = 0, d = 0] = nodeCrypto.randomBytes(4);
  return ((a & 0x7f) << 24) | (b << 16) | (c << 8) | d;
}

interface Prepared {
  readonly runner: CaseRunner;
  readonly profile: Profile;
  readonly sources: Sources | undefined;
}

async function prepare(options: RunOptions, { address, target, host }: Nodes, seed: number): Promise<Prepared> {
  const salt = nodeCrypto.randomBytes(16);
  const { crypto = nodeCrypto, database = DEFAULT_DATABASE, credential, statement, slow = false } = options;
  const told = { ...statement?.limits, ...options.limits };
  const limits = limitsOf(told);
  const fresh = new Fresh(seed, salt, 'preflight');
  options.onProgress?.({ kind: 'preflight', url: address.url });
  const timeout = Math.min(PREFLIGHT_TIMEOUT, 2 * (options.timeout ?? DEFAULT_TIMEOUT));
  const peer = await preflight({
    ...{ address, crypto, limits, database, credential, fresh, timeout },
    node: fresh.id(),
    exchange: new Exchange(),
  });
  const profile: Profile = {
    ...profileOf(peer),
    ...{ limits, told: new Set(Object.keys(told)), statement, started: target !== undefined, slow },
    ...{ ownsData: host !== undefined, asked: options.level },
  };
  const observer = new Observer();
  const sources = await sourcesFor(address);
  const restart =
    target === undefined
      ? undefined
      : async (how: 'term' | 'kill'): Promise<void> => {
          observer.restarted();
          await target.restart(how);
        };
  const { runs = DEFAULT_RUNS, trace } = options;
  const settings = {
    address,
    crypto,
    database,
    credential,
    profile,
    seed,
    salt,
    runs,
    observer,
    sources,
    restart,
    host,
  };
  const runner = new CaseRunner({ ...settings, timeout: options.timeout ?? DEFAULT_TIMEOUT, trace });
  return { runner, profile, sources };
}

function profileOf(peer: Peer): Pick<Profile, 'node' | 'capabilities' | 'auth'> {
  const { welcome } = peer.transcript;
  const auth = (['none', 'psk', 'identity'] as const)[peer.inbound.session?.auth ?? 0] ?? 'none';
  return { node: welcome?.node, capabilities: capabilityNames(welcome?.capabilities ?? 0), auth };
}

async function runAll(
  { runner, profile, sources }: Prepared,
  cases: readonly Case[],
  options: RunOptions,
  without: string | undefined,
): Promise<readonly CaseResult[]> {
  const { onProgress, workers = DEFAULT_WORKERS, bail = false } = options;
  const advice = [...(without === undefined ? [] : [`${without}.`]), ...adviceFor(sources, profile, cases)];
  onProgress?.({ kind: 'begin', cases: cases.length, profile, advice });
  const results = new Map<string, CaseResult>();
  const run = async (of: Case): Promise<void> => {
    onProgress?.({ kind: 'start', id: of.id });
    const result = await runner.run(of);
    results.set(of.id, result);
    onProgress?.({ kind: 'end', result, done: results.size, cases: cases.length });
  };
  const stop = (): boolean => bail && [...results.values()].some(({ verdict }) => verdict === 'fail');
  const ownNode = (of: Case): boolean => runner.settings.host !== undefined && wantsNode(of);
  await schedule(cases, workers, run, stop, ownNode);
  return cases.flatMap(({ id }) => results.get(id) ?? []);
}

/** What the operator has to know before a run. */
function adviceFor(sources: Sources | undefined, profile: Profile, cases: readonly Case[]): readonly string[] {
  const { told } = profile;
  const advice: string[] = [];
  if (isDurable(profile) && cases.some(({ level }) => level >= 'L2')) advice.push(dataAdvice(profile));
  if (sources === undefined && !(told.has('HALF_OPEN') && told.has('FAILED_PROOFS'))) {
    advice.push(
      'All connections of the kit come from one address, and some fail a proof on purpose: raise the limits HALF_OPEN (to 256) and FAILED_PROOFS (to 1000) of the node while it is tested.',
    );
  }
  return advice;
}

/** What a run of level L2 does to the database (CONF-21). */
export function dataAdvice({ started, ownsData }: Pick<Profile, 'started' | 'ownsData'>): string {
  if (ownsData === true) {
    return 'The database under test is filled, killed and rolled back, in folders that the kit makes for it and removes.';
  }
  const filled =
    'The database under test is filled: the kit writes thousands of operations into it, and its log keeps them. Run this against a throwaway one.';
  const ended = started ? ' The node is ended, too, and started again on the same data.' : '';
  return `${filled}${ended} With --exec and {data} nodes are killed and their data rolled back, in folders of the kit's own.`;
}
