import { describeEntry, type ShownEntry } from '../inspect/describe-entry.ts';
import type { Report } from '../run/report.ts';
import type { CaseResult } from '../run/verdict.ts';

/** A report as schemas/report.schema.json has it. */
export interface JsonReport {
  readonly kit: string;
  readonly spec: string;
  readonly catalogue: string;
  readonly target: { readonly nodes: Report['targets'] };
  readonly seed: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly summary: Report['summary'];
  readonly cases: readonly JsonCase[];
}

export type JsonCase = Pick<
  CaseResult,
  'id' | 'title' | 'level' | 'role' | 'requirements' | 'verdict' | 'durationMs' | 'message' | 'failure' | 'target'
> & { readonly exchange?: readonly ShownEntry[] };

export function toJsonReport(report: Report): JsonReport {
  const { kit, spec, catalogue, targets, seed, startedAt, durationMs, summary, cases } = report;
  return {
    ...{ kit, spec, catalogue },
    target: { nodes: targets.map((target) => defined(target)) },
    ...{ seed, startedAt: startedAt.toISOString(), durationMs: Math.round(durationMs), summary },
    cases: cases.map(toJsonCase),
  };
}

function toJsonCase(result: CaseResult): JsonCase {
  const { id, title, level, role, requirements, verdict, message, failure, target, exchange } = result;
  return defined({
    ...{ id, title, level, role, requirements, verdict },
    durationMs: Math.round(result.durationMs * 10) / 10,
    ...{ message, failure, target },
    exchange: exchange?.map(describeEntry),
  }) as JsonCase;
}

/** `members` without those that are undefined. */
function defined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

/** The text of a JSON report. */
export function writeJson(report: Report): string {
  return `${JSON.stringify(toJsonReport(report), null, 1)}\n`;
}
