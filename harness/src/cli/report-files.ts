import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PACKAGE_ROOT } from '../catalogue/paths.ts';
import { UsageError } from '../failure.ts';
import { writeHtml } from '../report/html/page.ts';
import { writeJson } from '../report/json.ts';
import { writeJunit } from '../report/junit.ts';
import type { Report } from '../run/report.ts';

export interface ReportFiles {
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly html?: string | undefined;
}

/** Makes sure, before a run, that its reports can be written after it. Throws UsageError. */
export function checkWritable({ json, junit, html }: ReportFiles): void {
  for (const file of [json, junit, html]) {
    if (file === undefined || file === '-') continue;
    try {
      mkdirSync(dirname(resolve(file)), { recursive: true });
      if (existsSync(file) && statSync(file).isDirectory()) throw new Error('it is a folder');
      accessSync(existsSync(file) ? file : dirname(resolve(file)), constants.W_OK);
    } catch (error) {
      throw new UsageError(`cannot write the report ${file}: ${(error as Error).message}`);
    }
  }
}

export async function writeReports(report: Report, { json, junit, html }: ReportFiles): Promise<void> {
  write(json, () => writeJson(report));
  write(junit, () => writeJunit(report));
  write(html, () => writeHtml(report, specBase(html ?? '.')));
}

function write(file: string | undefined, text: () => string): void {
  if (file === undefined) return;
  if (file === '-') process.stdout.write(text());
  else writeFileSync(file, text());
}

/** How the page finds the chapters of the spec that the kit came with. */
function specBase(file: string): string {
  const path = relative(dirname(resolve(file)), join(PACKAGE_ROOT)).replaceAll('\\', '/');
  return path === '' ? '' : `${path}/`;
}
