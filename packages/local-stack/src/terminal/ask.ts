import { createInterface } from 'node:readline';
import type { Ask } from '../redis/redis-server.ts';

/** Returns what asks the person at the terminal of this process; null if there is none. */
export function askAtTerminal(): Ask | null {
  return process.stdin.isTTY && process.stdout.isTTY ? askOnce : null;
}

/** Enter is a yes; the end of the input is a no. */
function askOnce(question: string): Promise<boolean> {
  // Line by line: the terminal itself makes a signal of Ctrl-C, as everywhere else.
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stdout.write(`${question} [Y/n] `);
  return new Promise((resolve) => {
    lines.once('line', (answer) => {
      resolve(/^(y|yes)?$/i.test(answer.trim()));
      lines.close();
    });
    lines.once('close', () => {
      process.stdin.unref();
      resolve(false);
    });
  });
}
