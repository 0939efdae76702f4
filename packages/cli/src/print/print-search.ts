import type { SearchView } from '@cc-executor/sdk';
import { note, oneLine, print } from './print.ts';
import { shortId } from './short-id.ts';
import { terminal } from './terminal.ts';

/** Prints the places where a text was found, one a line, and how many there are. */
export function printSearch({ count, hits, partial, bytes }: SearchView): void {
  for (const { execution_id, task, attempt, stream, line, at, before, match, after } of hits) {
    const id = terminal.isTerminal ? shortId(execution_id) : execution_id;
    const what = stream === 'messages' ? 'message' : 'line';
    const place = line === null ? `byte ${String(at)}` : `${what} ${String(line)}`;
    const which = attempt > 1 ? ` attempt ${String(attempt)}` : '';
    print(
      `${id} task ${String(task)}${which} ${stream === 'messages' ? '' : `${stream} `}${place}: ${oneLine(before + match + after)}`,
    );
  }
  const listed = hits.length < count ? `, of which ${String(hits.length)} are listed` : '';
  note(`${String(count)} found in ${String(bytes)} bytes${listed}`);
  for (const sentence of partial) note(sentence);
}
