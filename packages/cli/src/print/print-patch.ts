import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { openPages, type Pages } from './pager.ts';
import { printBody } from './print-body.ts';
import { paint } from './print.ts';
import { terminal, visible } from './terminal.ts';

/**
 * Prints a patch or a summary: byte for byte to a program or a file; to a terminal by pages, in colours, and without
 * anything in it that a terminal obeys.
 */
export async function printPatch(
  response: Response,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (!terminal.isTerminal || response.body === null) return await printBody(response);
  const pages = openPages(env);
  try {
    await printLines(Readable.fromWeb(response.body), pages);
  } catch (error) {
    throw new CliError(EXIT.unreachable, `The server broke off (${(error as Error).message}).`);
  } finally {
    await pages.close();
  }
}

async function printLines(body: Readable, pages: Pages): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const colour = colours();
  for await (const chunk of body) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length === 0) continue;
    if (!(await pages.write(lines.map((line) => `${colour(line)}\n`).join('')))) return;
  }
  rest += decoder.end();
  if (rest !== '') await pages.write(`${colour(rest)}\n`);
}

/** Returns what paints the lines of a patch, one after the other, as git does. What is in a file is never a heading. */
function colours(): (line: string) => string {
  let left = { before: 0, after: 0 };
  return (line) => {
    const shown = visible(line);
    if (left.before > 0 || left.after > 0) {
      const kind = line[0] ?? ' ';
      if (kind === '-') left.before -= 1;
      else if (kind === '+') left.after -= 1;
      else if (kind !== '\\') left = { before: left.before - 1, after: left.after - 1 };
      if (kind === '-') return paint('red', shown);
      return kind === '+' ? paint('green', shown) : shown;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      left = { before: Number(hunk[1] ?? 1), after: Number(hunk[2] ?? 1) };
      const [at] = hunk;
      return paint('cyan', at) + visible(line.slice(at.length));
    }
    return HEADING.test(line) ? paint('bold', shown) : shown;
  };
}

const HEADING =
  /^(?:diff --git |index |--- |\+\+\+ |old mode |new mode |new file |deleted file |GIT binary )/;
