import type { ReportProof } from '@cc-executor/contracts';
import { stripVTControlCharacters } from 'node:util';
import { REPORT_BOUNDS } from './facts.ts';

/** Returns the last lines of a text, without what moves a terminal's cursor or colours it; long ones are cut. */
export function lastLines(text: string): string[] {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    // Of a line that was written over again and again, such as a progress bar, the last state counts.
    .map(
      (line) =>
        line
          .split('\r')
          .findLast((part) => part !== '')
          ?.trimEnd() ?? '',
    );
  while (lines.at(-1) === '') lines.pop();
  return lines.slice(-REPORT_BOUNDS.proofLines).map(cut);
}

/** Returns a proof of these lines. */
export function proof(
  from: ReportProof['from'],
  title: string,
  text: string,
  note: string | null = null,
): ReportProof {
  return { from, title: cut(title.split('\n', 1)[0] ?? ''), lines: lastLines(text), note };
}

function cut(line: string): string {
  const most = REPORT_BOUNDS.lineCharacters;
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
}
