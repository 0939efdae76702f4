import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A name that leads to this machine, and is none of its own. */
export const ELSEWHERE = 'elsewhere.example';

/** Opens an address in a Chromium without a window, that can reach nothing but this machine. */
export async function openPage(chromium: string, url: string) {
  const profile = await mkdtemp(join(tmpdir(), 'cc-chromium-'));
  const child = spawn(
    chromium,
    [
      '--headless=new',
      // Its own sandbox needs more than root in a container has; the page is ours.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      `--user-data-dir=${profile}`,
      url,
    ],
    { env: { PATH: process.env['PATH'], HOME: profile }, stdio: 'ignore', detached: true },
  );
  const ended = once(child, 'close');
  return {
    close: async () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
