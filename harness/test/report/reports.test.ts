import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../reference/src/wire/index.ts';
import { PACKAGE_ROOT } from '../../src/catalogue/paths.ts';
import { summaryLines } from '../../src/report/console.ts';
import { writeHtml } from '../../src/report/html/page.ts';
import { toJsonReport } from '../../src/report/json.ts';
import { writeJunit } from '../../src/report/junit.ts';
import { paintFor } from '../../src/report/paint.ts';
import { mergeReports, type Report, summaryOf } from '../../src/run/report.ts';
import type { CaseResult, Verdict } from '../../src/run/verdict.ts';
import { wellFormed } from '../support/xml.ts';

/** What a node might send to whoever shows it. */
const HOSTILE = `</pre><script>alert(1)</script> ]]> "quoted" 'single' & \u0000\u0007\u001b[31m \u202e \ufffe \ud800 é`;

/** What must reach neither a terminal nor a page as it is. */
const HIDDEN = /(?!\n)[\p{Cc}\u202e\ufffe]/u;

function result(id: string, verdict: Verdict, changes: Partial<CaseResult> = {}): CaseResult {
  return {
    ...{
      id,
      title: `A title of ${id}`,
      level: 'L1',
      role: 'server',
      requirements: ['CTRL-15'],
      verdict,
      durationMs: 1.25,
    },
    source: 'conformance/cases/08-control/x.yaml',
    ...changes,
  };
}

const failure = { requirement: 'CTRL-15', expected: `a PONG ${HOSTILE}`, got: HOSTILE };
const alert = encodeFrame(7, Uint8Array.of(2, 6));
const exchange = [
  { at: 0, connection: 'A', from: 'link', name: 'connected', size: 0 },
  { at: 1, connection: 'A', from: 'node', name: 'ALERT', size: alert.length, bytes: alert },
  { at: 2, connection: 'A', from: 'kit', name: HOSTILE, size: 4, bytes: Uint8Array.of(1, 2, 3, 4), note: HOSTILE },
] as const;

const cases: readonly CaseResult[] = [
  result('case-passes', 'pass'),
  result('case-fails', 'fail', { message: HOSTILE, failure, exchange, title: HOSTILE }),
  result('case-warns', 'warning', { message: 'slow', failure: { ...failure, requirement: 'CTRL-14' } }),
  result('case-unsupported', 'unsupported', { message: `no ${HOSTILE}` }),
  result('case-inconclusive', 'inconclusive', { message: 'turned away' }),
  result('case-errs', 'error', { message: 'a fault' }),
];

const report: Report = {
  ...{
    kit: '0.1.0',
    spec: 'blazedb/1.0',
    catalogue: '0123456789abcdef',
    seed: 7,
    startedAt: new Date(0),
    durationMs: 12.5,
  },
  targets: [
    {
      url: `tcp://127.0.0.1:1`,
      command: 'blazedb-kit run tcp://127.0.0.1:1',
      capabilities: ['COMPRESSION'],
      auth: 'none',
      limits: { PING_IDLE: 5 },
    },
  ],
  summary: summaryOf(cases),
  cases,
};

describe('the JSON report', () => {
  const schema = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'schemas/report.schema.json'), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

  it('obeys its schema', () => {
    expect(validate(JSON.parse(JSON.stringify(toJsonReport(report)))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('decodes the exchange', () => {
    const shown = toJsonReport(report).cases[1]?.exchange?.[1];
    expect(shown).toMatchObject({ from: 'node', hex: '07000000020206', decoded: { code: 'TIMEOUT' } });
  });

  it('of several runs obeys it, too, and says where each case was run', () => {
    const labelled = (label: string): Report => ({ ...report, targets: [{ ...report.targets[0]!, label }] });
    const merged = toJsonReport(mergeReports([labelled('open'), labelled('psk')], 'fedcba9876543210'));
    expect(validate(JSON.parse(JSON.stringify(merged))), JSON.stringify(validate.errors)).toBe(true);
    expect(merged.summary.fail).toBe(2);
    expect(new Set(merged.cases.map(({ target }) => target))).toEqual(new Set(['open', 'psk']));
  });
});

describe('the JUnit report', () => {
  const xml = writeJunit(report);

  it('is well-formed, whatever a node sent', () => {
    expect(wellFormed(xml)).toBe(true);
  });

  it('counts as CI systems do', () => {
    expect(xml).toMatch(/<testsuites name="blazedb-kit" tests="6" failures="1" errors="2" skipped="1"/);
    expect(xml).toContain('<failure message=');
    expect(xml).toContain('<skipped message="no &lt;/pre&gt;');
  });
});

describe('the HTML report', () => {
  const page = writeHtml(report, '../');

  it('shows what a node sent as text and nothing else', () => {
    expect(page.includes('<script')).toBe(false);
    expect(page.includes('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;')).toBe(true);
    expect(HIDDEN.test(page)).toBe(false);
  });

  it('loads nothing', () => {
    expect(/(src|href)="(https?:|\/\/)/.test(page)).toBe(false);
    expect(page.includes("default-src 'none'")).toBe(true);
  });

  it('links requirements into the spec and tells how to run a case again', () => {
    expect(page.includes('href="../spec/08-control.md#85-ping-and-pong"')).toBe(true);
    expect(page.includes('blazedb-kit run tcp://127.0.0.1:1 --case case-fails --seed 7')).toBe(true);
  });
});

describe('the console', () => {
  const lines = summaryLines(report, paintFor(false, {})).join('\n');

  it('shows requirement, link, expected, got, the exchange and how to run it again', () => {
    expect(lines).toMatch(/✗ fail {2}case-fails/);
    expect(lines).toContain('CTRL-15  A node in OPEN MUST answer each PING');
    expect(lines).toContain('spec/08-control.md#85-ping-and-pong');
    expect(lines).toMatch(/<- ALERT +7 B {2}{"code":"TIMEOUT"}/);
    expect(lines).toContain('again     blazedb-kit run tcp://127.0.0.1:1 --case case-fails --seed 7');
    expect(lines).toMatch(/does not conform: 1 pass, 1 fail, 1 warning, 1 unsupported, 1 inconclusive, 1 error/);
  });

  it('lets no control character of a node reach the terminal', () => {
    expect(HIDDEN.test(lines)).toBe(false);
  });

  it('has colours for a terminal, and none where they are not wanted', () => {
    expect(paintFor(true, {}).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(paintFor(true, { NO_COLOR: '1' }).red('x')).toBe('x');
    expect(paintFor(false, { FORCE_COLOR: '1' }).red('x')).not.toBe('x');
  });
});
