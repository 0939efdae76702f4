import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { terminal, writeText } from './terminal.ts';

/** The output for text that may be longer than a screen. */
export interface Pages {
  /** Resolves to false when nobody reads on. */
  write: (text: string) => Promise<boolean>;
  /** Resolves when the person is done with it. */
  close: () => Promise<void>;
}

/** Without less, text is shown as it is. */
const DEFAULT = 'if command -v less >/dev/null; then exec less; else exec cat; fi';

/**
 * Shows text through a pager on a terminal, as git does: GIT_PAGER, PAGER, or less, which ends at once when the text fits
 * on the screen. An empty one, or `cat`, is none; without a terminal there is none either.
 */
export function openPages(env: Readonly<Record<string, string | undefined>>): Pages {
  const command = env['GIT_PAGER'] ?? env['PAGER'] ?? DEFAULT;
  if (!terminal.isTerminal || command === '' || command === 'cat') return direct;
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', LV: '-c', ...env },
  });
  const ended = once(child, 'close').catch(() => undefined);
  let isOpen = true;
  child.stdin.on('error', () => (isOpen = false));
  child.once('close', () => (isOpen = false));
  return {
    write: async (text) => {
      if (isOpen && !child.stdin.write(text))
        await Promise.race([once(child.stdin, 'drain'), ended]).catch(() => undefined);
      return isOpen;
    },
    close: async () => {
      child.stdin.end();
      // Ctrl-C is for the pager, which has the terminal.
      const ignore = () => undefined;
      process.on('SIGINT', ignore);
      await ended;
      process.off('SIGINT', ignore);
    },
  };
}

const direct: Pages = {
  write: (text) => {
    writeText('stdout', text);
    return Promise.resolve(true);
  },
  close: () => Promise.resolve(),
};
