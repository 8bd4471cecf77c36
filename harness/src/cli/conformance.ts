/**
 * `npm run conformance`: the whole catalogue against the reference node, in the few ways that it can be set up, as one
 * report. Each case runs at the first node that has what it needs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '../../../reference/src/bytes/hex.ts';
import { nodeCrypto } from '../../../reference/src/crypto/node.ts';
import { readPskFile } from '../../../reference/src/node/psk-file.ts';
import { SERVER_CAPABILITIES } from '../../../reference/src/node/server.ts';
import { statementOf } from '../../../reference/src/node/statement.ts';
import { Capability } from '../../../reference/src/registry.ts';
import type { Case } from '../catalogue/case.ts';
import { catalogueDigest } from '../catalogue/digest.ts';
import { loadCatalogue } from '../catalogue/load.ts';
import { lackOf } from '../need/need.ts';
import { summaryLines } from '../report/console.ts';
import { paintFor } from '../report/paint.ts';
import type { RunOptions } from '../run/options.ts';
import { capabilityNames, limitsOf, type Profile } from '../run/profile.ts';
import type { Progress } from '../run/progress.ts';
import { exitStatus, mergeReports, type Report } from '../run/report.ts';
import { randomSeed, runConformance } from '../run/run.ts';
import { showProgress } from './progress.ts';
import { writeReports } from './report-files.ts';
import { quoted } from './run-command.ts';
import { endOnSignals } from './signals.ts';

/** One way to set the node up. */
interface Site {
  readonly label: string;
  readonly psk?: boolean;
  /** Bits of the capabilities that it selects; all that the node has, when absent. */
  readonly capabilities?: number;
  /** What the node is started with. */
  readonly limits?: { readonly [name: string]: number };
  /** What the kit is told besides: registry values that can be tested as they are. */
  readonly told?: { readonly [name: string]: number };
  /** It keeps its log in a folder, and compacts it at every start. */
  readonly durable?: boolean;
}

const PER_ADDRESS = { HALF_OPEN: 64, FAILED_PROOFS: 5 };

const SITES: readonly Site[] = [
  { label: 'open', told: PER_ADDRESS },
  { label: 'psk', psk: true, told: PER_ADDRESS },
  {
    label: 'timers',
    limits: { PING_IDLE: 250, DEAD_PEER: 1000, SLOW_CONSUMER_TIMEOUT: 500, FRAME_BYTES: 2_097_152 },
  },
  { label: 'windows', limits: { KEY_FRAMES: 48, KEY_BYTES: 262_144, PUSH_WINDOW_OPERATIONS: 16, CLOSE_TIMEOUT: 500 } },
  { label: 'uncompressed', capabilities: Capability.SELECTIVE_SYNC },
  { label: 'durable', durable: true },
];

/** Cases at once at each node: two cores serve the kit and all nodes. Those that restart a node mostly wait for it. */
const WORKERS = 3;
const DURABLE_WORKERS = 6;
const REPORTS = 'reports/conformance';

async function main(): Promise<number> {
  const paint = paintFor(process.stdout.isTTY === true, process.env);
  const catalogue = await loadCatalogue();
  const folder = mkdtempSync(join(tmpdir(), 'blazedb-conformance-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  endOnSignals();
  const pskFile = join(folder, 'psk.json');
  const psk = { kid: 'conformance', psk: toHex(nodeCrypto.randomBytes(32)) };
  writeFileSync(pskFile, JSON.stringify(psk), { mode: 0o600 });

  const seed = randomSeed();
  const shares = share(catalogue);
  const progress = showProgress(process.stdout, paint, false);
  const onProgress = merged(progress.on, catalogue.length);
  const runs = SITES.map((site, i) => {
    const cases = shares[i] ?? [];
    return cases.length === 0
      ? undefined
      : runConformance({ ...optionsOf(site, pskFile), catalogue: cases, seed, onProgress });
  });
  const reports = await Promise.all(runs.filter((run) => run !== undefined));
  progress.stop();
  const report = mergeReports(reports, catalogueDigest(catalogue));
  process.stdout.write(`${summaryLines(report, paint).join('\n')}\n`);
  await write(report);
  return exitStatus(report);
}

/** The cases of each site; one that no site satisfies goes to the first, which says what is lacking. */
function share(catalogue: readonly Case[]): readonly (readonly Case[])[] {
  const shares: Case[][] = SITES.map(() => []);
  for (const of of catalogue) {
    const at = SITES.findIndex((site) => (of.needs ?? []).every((need) => lackOf(need, expected(site)) === undefined));
    shares[Math.max(at, 0)]?.push(of);
  }
  return shares;
}

/** What a site will turn out to be, as far as needs ask. */
function expected(site: Site): Profile {
  const told = { ...site.limits, ...site.told };
  return {
    node: undefined,
    capabilities: capabilityNames(capabilitiesOf(site)),
    auth: site.psk === true ? 'psk' : 'none',
    limits: limitsOf(told),
    told: new Set(Object.keys(told)),
    statement: statementFor(site),
    ...{ started: true, slow: false, ownsData: site.durable === true },
  };
}

function capabilitiesOf({ capabilities = SERVER_CAPABILITIES }: Site): number {
  return capabilities;
}

function statementFor(site: Site): NonNullable<RunOptions['statement']> {
  const log = site.durable === true ? 'durable' : 'memory';
  return statementOf(site.psk === true ? 'psk' : 'none', capabilitiesOf(site), limitsOf(site.limits), log);
}

function optionsOf(site: Site, pskFile: string): RunOptions {
  const main = fileURLToPath(import.meta.url).replace(/conformance\.(\w+)$/, 'main.$1');
  const limits = Object.entries(site.limits ?? {}).flatMap(([name, value]) => ['--limit', `${name}=${value}`]);
  const psk = site.psk === true ? ['--psk', pskFile] : [];
  const selected = [...capabilityNames(capabilitiesOf(site))].join(',');
  const capabilities = site.capabilities === undefined ? [] : ['--capabilities', selected];
  const data = site.durable === true ? ['--data', '{data}', '--compact'] : [];
  const node = ['node', '--listen', 'tcp://127.0.0.1:{port}', ...data, ...psk, ...capabilities, ...limits];
  const told = Object.entries({ ...site.limits, ...site.told }).map(([name, value]) => ` --limit ${name}=${value}`);
  const shown = ['npx blazedb-kit', ...node].map((word) => word.replace(pskFile, 'psk.json')).join(' ');
  return {
    label: site.label,
    shown,
    exec: [process.execPath, ...process.execArgv, main, ...node].map(quoted).join(' '),
    command: `npx blazedb-kit run --exec ${quoted(shown)}${site.psk === true ? ' --psk psk.json' : ''}${told.join('')}`,
    credential: site.psk === true ? readPskFile(pskFile) : undefined,
    statement: statementFor(site),
    limits: { ...site.limits, ...site.told },
    workers: site.durable === true ? DURABLE_WORKERS : WORKERS,
  };
}

/** The progress of all sites as that of one run. */
function merged(show: (progress: Progress) => void, cases: number): (progress: Progress) => void {
  let done = 0;
  let begun = false;
  return (progress) => {
    if (progress.kind === 'begin' && !begun) {
      begun = true;
      show({ ...progress, cases });
    } else if (progress.kind === 'end') show({ ...progress, done: ++done, cases });
  };
}

async function write(report: Report): Promise<void> {
  mkdirSync('reports', { recursive: true });
  await writeReports(report, { json: `${REPORTS}.json`, junit: `${REPORTS}.xml`, html: `${REPORTS}.html` });
  process.stdout.write(`reports: ${REPORTS}.html, ${REPORTS}.json, ${REPORTS}.xml\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
