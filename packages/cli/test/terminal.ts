import { waitFor } from '@cc-executor/testkit';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A terminal with one program in it, by tmux on its own socket. `size`: columns and lines. */
export async function openTerminal(
  program: string,
  env: Record<string, string> = {},
  [columns, lines]: readonly [number, number] = [100, 30],
) {
  const folder = await mkdtemp(join(tmpdir(), 'cc-terminal-'));
  const tmux = async (...args: string[]) =>
    (await run('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...args])).stdout;
  const set = Object.entries({ HOME: folder, TERM: 'tmux-256color', LANG: 'C.UTF-8', ...env });
  const given = set.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  await tmux('-u', 'new-session', '-d', '-x', String(columns), '-y', String(lines), ...given, program);
  const screen = async () => (await tmux('capture-pane', '-p')).trimEnd();
  return {
    folder,
    screen,
    /** Types text as it is. */
    type: async (text: string) => void (await tmux('send-keys', '-l', text)),
    /** Presses keys by their names in tmux, such as Enter, Tab or C-c. */
    press: async (...keys: string[]) => void (await tmux('send-keys', ...keys)),
    /** The screen, when it matches. */
    showing: async (what: RegExp) => {
      let last = '';
      const look = async () => what.test((last = await screen())) && last;
      return await waitFor(look, { what: `${String(what)} on the screen` }).catch((error: Error) => {
        throw new Error(`${error.message} It shows:\n${last}`);
      });
    },
    close: async () => {
      await tmux('kill-server');
      // What ran in it is hung up, not waited for: a shell may still write its history while the folder goes.
      await rm(folder, { recursive: true, maxRetries: 10, force: true });
    },
  };
}
