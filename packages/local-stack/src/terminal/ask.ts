import { createInterface } from 'node:readline';
import type { Ask } from '../redis/redis-server.ts';

/** Returns a function that asks the person at the terminal of this process; null if there is no terminal. */
export function askAtTerminal(): Ask | null {
  return process.stdin.isTTY && process.stdout.isTTY ? askOnce : null;
}

/** Asks once. Enter is a yes; the end of the input is a no. */
function askOnce(question: string): Promise<boolean> {
  // Line by line, so that the terminal still turns Ctrl-C into a signal.
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
