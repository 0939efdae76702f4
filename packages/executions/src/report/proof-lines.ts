import type { ReportProof } from '@cc-executor/contracts';
import { cutLine, lastLines } from '@cc-executor/evidence/page';
import { REPORT_BOUNDS } from './facts.ts';

/** Returns a proof of the last lines of a text. */
export function proof(
  from: ReportProof['from'],
  title: string,
  text: string,
  note: string | null = null,
): ReportProof {
  const { proofLines: lines, lineCharacters: characters } = REPORT_BOUNDS;
  return {
    from,
    title: cutLine(title.split('\n', 1)[0] ?? '', characters),
    lines: lastLines(text, { lines, characters }),
    note,
  };
}
