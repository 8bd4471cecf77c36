import ora from 'ora';
import { beginLines, endLine } from '../report/console.ts';
import type { Paint } from '../report/paint.ts';
import type { Progress } from '../run/progress.ts';

/** Cases between two lines of progress where there is no terminal. */
const PLAIN_STEP = 100;

export interface ShownProgress {
  readonly on: (progress: Progress) => void;
  stop(): void;
}

/** A terminal that says how wide it is: some (a pseudo terminal of a container) have no columns, and ora never ends there. */
function canMove(out: NodeJS.WriteStream): boolean {
  return out.isTTY === true && out.columns > 0 && process.env.TERM !== 'dumb';
}

/** Shows a run as it goes: one moving line on a terminal, plain lines elsewhere; what is not right at once in both. */
export function showProgress(out: NodeJS.WriteStream, paint: Paint, everyCase: boolean): ShownProgress {
  const spinner = canMove(out) && !everyCase ? ora({ stream: out, discardStdin: false }) : undefined;
  const print = (line: string): void => {
    const moving = spinner?.isSpinning === true;
    if (moving) spinner.clear();
    out.write(`${line}\n`);
    if (moving) spinner.render();
  };
  let url = '';
  const on = (progress: Progress): void => {
    if (progress.kind === 'preflight') {
      url = progress.url;
      spinner?.start(`connecting to ${url}`);
    } else if (progress.kind === 'begin') {
      for (const line of beginLines(progress, url, paint)) print(line);
    } else if (progress.kind === 'end') {
      const { result, done, cases } = progress;
      const quiet = result.verdict === 'pass' || result.verdict === 'unsupported';
      if (everyCase || !quiet) print(endLine(result, paint));
      if (spinner !== undefined) spinner.text = `${done} of ${cases}  ${result.id}`;
      else if (!everyCase && done % PLAIN_STEP === 0 && done < cases) print(`  ${done} of ${cases}`);
    }
  };
  return { on, stop: () => void spinner?.stop() };
}
