/**
 * Who may import whom: the table of the house, over every source file of every part. A room is a folder (or a file); the
 * longest one that fits decides. What is not allowed here is refused, so a new folder needs a row before it needs code.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Parts of the repository that hold code. */
const PARTS = ['reference', 'harness', 'conformance', 'vectors', 'spec', 'schemas'];

interface Room {
  /** Rooms, folders or files whose files it may import; its own always. */
  readonly rooms: readonly string[];
  /** External packages and builtins it may import; `node:` stands for every harmless builtin. */
  readonly packages: readonly string[];
}

const R = 'reference/src/';
const BELOW = [`${R}bytes`, `${R}errors.ts`, `${R}registry.ts`];
const WIRE = [...BELOW, `${R}wire`];
const CORE = [...WIRE, `${R}crypto`];
const TESTING = ['vitest', 'fast-check', 'typescript', 'ajv', 'yaml', 'node:', 'node:crypto', 'node:net', 'node:http'];

const ROOMS: { readonly [room: string]: Room } = {
  [`${R}bytes`]: { rooms: [], packages: [] },
  [`${R}registry.ts`]: { rooms: [], packages: [] },
  [`${R}errors.ts`]: { rooms: [`${R}registry.ts`], packages: [] },
  [`${R}wire`]: { rooms: BELOW, packages: [] },
  [`${R}crypto`]: { rooms: BELOW, packages: ['@noble/ciphers', '@noble/curves', '@noble/hashes', 'node:crypto'] },
  [`${R}handshake`]: { rooms: CORE, packages: [] },
  [`${R}channel`]: { rooms: CORE, packages: [] },
  // Of crypto the interface alone: a provider comes in as an argument.
  [`${R}sync`]: { rooms: [...WIRE, `${R}crypto/provider.ts`], packages: [] },
  [`${R}store`]: { rooms: [...WIRE, `${R}crypto`, `${R}sync`], packages: ['node:fs'] },
  [`${R}link`]: { rooms: [`${R}errors.ts`], packages: ['node:net', 'node:tls', 'ws'] },
  [`${R}node`]: { rooms: ['reference/src'], packages: ['node:'] },
  [`${R}database`]: { rooms: ['reference/src'], packages: ['node:'] },
  'reference/src': { rooms: ['reference/src'], packages: [] }, // the public face
  'reference/bench': {
    rooms: ['reference/src'],
    packages: ['node:', 'node:crypto', 'node:net', 'node:http', 'ws', 'y-websocket', 'y-protocols', 'yjs', 'lib0'],
  },
  'reference/simulation': { rooms: ['reference/src'], packages: ['node:'] },
  'reference/examples': { rooms: ['reference/src'], packages: ['node:'] },
  'reference/test': { rooms: ['reference'], packages: TESTING },

  'harness/src': {
    rooms: [...CORE, `${R}handshake`, `${R}channel`],
    packages: ['ajv', 'fast-check', 'ora', 'xmlbuilder2', 'yaml', 'node:'],
  },
  'harness/src/cli': { rooms: PARTS, packages: ['commander', 'ora', 'node:'] }, // the composition root
  'harness/test': { rooms: PARTS, packages: TESTING },

  conformance: { rooms: ['harness/src', ...WIRE], packages: ['fast-check', 'node:'] },
  'conformance/mutants': { rooms: ['reference/src'], packages: ['node:'] },
  // The proof that the kit works: it starts nodes that are wrong, and clients.
  'conformance/kill-matrix': {
    rooms: ['harness/src', 'conformance', 'conformance/mutants', 'reference/src'],
    packages: ['fast-check', 'node:'],
  },
  'conformance/null-nodes': { rooms: ['conformance/mutants', 'reference/src'], packages: ['node:', 'node:net'] },
  'conformance/client': { rooms: ['conformance', 'conformance/mutants', 'reference/src'], packages: ['node:'] },
  'conformance/test': { rooms: PARTS, packages: TESTING },

  'vectors/generator': { rooms: ['reference/src'], packages: ['node:'] },
  'vectors/second': { rooms: [], packages: ['node:', 'node:crypto'] }, // the second derivation: nothing of ours
  'vectors/test': { rooms: ['reference', 'vectors', 'harness', 'schemas'], packages: TESTING },

  'spec/tools': { rooms: [], packages: ['node:'] },
  'spec/test': { rooms: ['spec', 'reference/src'], packages: TESTING },
  'schemas/test': { rooms: ['schemas', 'vectors', 'spec', 'reference/src'], packages: TESTING },
};

/** Builtins that open sockets or hold keys: allowed only where a room names them. */
const GUARDED = ['node:net', 'node:tls', 'node:dgram', 'node:http', 'node:https', 'node:http2', 'node:crypto'];
/** The one file of the harness that opens sockets: its own transport, which can also misbehave. */
const HARNESS_TRANSPORT = 'harness/src/peer/link.ts';
const TRANSPORT_PACKAGES = ['node:net', 'node:tls', 'ws'];

/** Time comes in as an argument everywhere but here. */
const TIMER_ROOMS = [
  `${R}node`,
  'harness/src',
  'reference/bench',
  'reference/simulation', // only to let microtasks run, and in the rounds with real processes
  'reference/test',
  'harness/test',
  'conformance/test',
];
const TIMERS = /\b(?:setTimeout|setInterval|setImmediate)\b|\bnode:timers/;

interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

interface Edge {
  readonly from: string;
  /** Path of a file, or the name of a package. */
  readonly to: string;
  readonly external: boolean;
}

function within(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function roomOf(path: string): string | undefined {
  const fitting = Object.keys(ROOMS).filter((room) => within(path, room));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** Every import of a file: static, `import type`, re-export, dynamic and `require`. */
function edgesOf({ path, text }: Source): Edge[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    const external = !fileName.startsWith('.');
    const to = external ? fileName : posix.join(posix.dirname(path), fileName);
    return { from: path, to, external };
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier.split('/')[0]!;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed({ from, to, external }: Edge): boolean {
  const room = roomOf(from);
  if (room === undefined) return false;
  const { rooms, packages } = ROOMS[room]!;
  if (!external) return roomOf(to) === room || rooms.some((allowed) => mayEnter(allowed, to));
  const name = packageOf(to);
  if (from === HARNESS_TRANSPORT && TRANSPORT_PACKAGES.includes(name)) return true;
  if (packages.includes(name)) return true;
  return packages.includes('node:') && name.startsWith('node:') && isBuiltin(name) && !GUARDED.includes(name);
}

/** `harness/src` as an allowed room does not let anyone into the composition root, nor `conformance` into the mutants. */
function mayEnter(allowed: string, to: string): boolean {
  if (!within(to, allowed)) return false;
  const closed = ['harness/src/cli', 'conformance/mutants'].find((place) => within(to, place));
  return closed === undefined || within(allowed, closed) || PARTS.includes(allowed);
}

/** What `source` does that its room may not do, as sentences. */
function trespasses(source: Source): string[] {
  const found: string[] = [];
  if (roomOf(source.path) === undefined) found.push(`${source.path} is in no room`);
  for (const edge of edgesOf(source)) {
    if (!isAllowed(edge)) found.push(`${edge.from} imports ${edge.to}`);
  }
  const code = withoutComments(source.text);
  if (TIMERS.test(code) && !TIMER_ROOMS.some((room) => within(source.path, room)))
    found.push(`${source.path} sets timers`);
  if (within(source.path, 'reference/src') && /\bimport\(\s*[^'"\s)]/.test(code))
    found.push(`${source.path} imports what it computes`);
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}

function readSources(): Source[] {
  return PARTS.flatMap((part) => readdirSync(join(root, part), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(?:ts|mts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/') && !/^conformance\/peers\/|^reference\/bench\/peers\//.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const sources = readSources();
const edges = sources.flatMap(edgesOf);

describe('the rooms of the house', () => {
  it('are read: files and edges of every part are seen', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(edges.length).toBeGreaterThan(500);
    for (const room of ['bytes', 'wire', 'crypto', 'handshake', 'channel', 'sync', 'link', 'node'])
      expect(sources.filter(({ path }) => roomOf(path) === R + room).length).toBeGreaterThan(0);
    for (const room of ['harness/src', 'conformance/mutants', 'vectors/generator', 'vectors/second', 'spec/tools'])
      expect(edges.filter(({ from }) => roomOf(from) === room).length).toBeGreaterThan(0);
  });

  it('have edges that are known to be there, of each kind of import', () => {
    const known = [
      [`${R}handshake/client.ts`, `${R}crypto/schedule.ts`], // import
      [`${R}handshake/step.ts`, `${R}wire/control/message.ts`], // import type
      [`${R}wire/index.ts`, `${R}bytes/id.ts`], // export from
      [`${R}crypto/noble.ts`, '@noble/curves/nist.js'],
      [`${R}crypto/node.ts`, 'node:crypto'],
      ['vectors/second/check.mjs', 'vectors/second/topics.mjs'],
    ] as const;
    for (const [from, to] of known)
      expect(edges.some((edge) => edge.from === from && edge.to === to) ? '' : `${from} -> ${to}`).toBe('');
  });

  it('import downwards only, and only the packages that their row names', () => {
    expect(sources.flatMap(trespasses)).toEqual([]);
  });

  it('name the files that they import, with their ending', () => {
    const missing = edges.filter(({ to, external }) => !external && !existsSync(join(root, to)));
    expect(missing.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });
});

describe('a file that trespasses is found', () => {
  const near: readonly [path: string, allowed: string, forbidden: string][] = [
    [`${R}bytes/a.ts`, "import './b.ts'", "import { refuse } from '../errors.ts'"],
    [`${R}wire/a.ts`, "import { Id } from '../bytes/id.ts'", "import { deflateRawSync } from 'node:zlib'"],
    [`${R}wire/a.ts`, "import { refuse } from '../errors.ts'", "import type { Aead } from '../crypto/provider.ts'"],
    [`${R}crypto/a.ts`, "import { p256 } from '@noble/curves/nist.js'", "import '../wire/hello.ts'"],
    [`${R}handshake/a.ts`, "import '../crypto/node.ts'", "import { createHash } from 'node:crypto'"],
    [`${R}handshake/a.ts`, "export * from '../wire/hello.ts'", "export * from '../channel/sealer.ts'"],
    [`${R}channel/a.ts`, "import '../wire/frame.ts'", "const a = await import('../handshake/client.ts')"],
    [`${R}sync/a.ts`, "import type { C } from '../crypto/provider.ts'", "import '../crypto/node.ts'"],
    [`${R}sync/a.ts`, 'const later = (set) => set(1)', 'const later = () => setTimeout(send, 1)'],
    [`${R}link/a.ts`, "import * as net from 'node:net'", "import '../wire/frame.ts'"],
    [`${R}node/a.ts`, "import '../link/tcp.ts'; setInterval(f, 1)", "import { connect } from 'node:net'"],
    [`${R}node/a.ts`, "import { inflateRawSync } from 'node:zlib'", "import '../../../conformance/mutants/mutant.ts'"],
    [`${R}node/a.ts`, "await import('../sync/feed.ts')", 'await import(path)'],
    [`${R}node/a.ts`, "import { readFileSync } from 'node:fs'", "import { sha256 } from '@noble/hashes/sha2.js'"],
    ['reference/test/a.test.ts', "import '../src/node/server.ts'", "import '../../harness/src/fresh.ts'"],
    [
      'harness/src/a.ts',
      "import '../../reference/src/channel/sealer.ts'",
      "import '../../reference/src/node/server.ts'",
    ],
    ['harness/src/a.ts', "import '../../reference/src/crypto/node.ts'", "import '../../reference/src/sync/feed.ts'"],
    ['harness/src/a.ts', "import 'node:fs'", "import './cli/main.ts'"],
    ['harness/src/a.ts', "import 'yaml'", "import 'node:net'"],
    ['harness/src/a.ts', "import 'ajv/dist/2020.js'", "import { createHash } from 'node:crypto'"],
    [HARNESS_TRANSPORT, "import { connect } from 'node:net'", "import { createHash } from 'node:crypto'"],
    ['harness/src/cli/a.ts', "import '../../../conformance/mutants/mutant.ts'", "import { connect } from 'node:net'"],
    ['conformance/properties/a.ts', "import '../../harness/src/property.ts'", "import '../mutants/mutant.ts'"],
    [
      'conformance/properties/a.ts',
      "import '../../reference/src/wire/index.ts'",
      "import '../../harness/src/cli/a.ts'",
    ],
    ['conformance/a.ts', "import '../reference/src/wire/index.ts'", "import '../reference/src/crypto/node.ts'"],
    ['conformance/mutants/a.ts', "import '../../reference/src/node/parts.ts'", "import '../../harness/src/fresh.ts'"],
    ['vectors/generator/a.ts', "import '../../reference/src/crypto/node.ts'", "import '../../harness/src/fresh.ts'"],
    ['vectors/second/a.mjs', "import { createHash } from 'node:crypto'", "import '../../reference/src/bytes/hex.ts'"],
    ['vectors/second/a.mjs', "import './bytes.mjs'", "import '../generator/hex.ts'"],
    ['vectors/second/a.mjs', "import 'node:zlib'", "const { p256 } = require('@noble/curves/nist.js')"],
    ['spec/tools/a.ts', "import './chapters.ts'", "import '../../reference/src/registry.ts'"],
  ];
  it.each(near)('in %s: not %s, but %s', (path, allowed, forbidden) => {
    expect(trespasses({ path, text: allowed })).toEqual([]);
    expect(trespasses({ path, text: forbidden })).toHaveLength(1);
  });

  it('in a folder that has no row', () => {
    expect(trespasses({ path: 'conformance/a.ts', text: '' })).toEqual([]);
    expect(trespasses({ path: 'reference/tools/a.ts', text: '' })).toHaveLength(1);
  });

  it('but not by what stands in a comment', () => {
    const text = "// import { connect } from 'node:net'\n/* setTimeout */ export const a = 1; // setInterval";
    expect(trespasses({ path: `${R}sync/a.ts`, text })).toEqual([]);
  });
});
