import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Progress } from './progress.mjs';

const PNPM = 'pnpm@12.21.0';
/** Of what npx and pnpm have printed, so many of the last lines are shown with a failure. */
const SHOWN_LINES = 15;

/** Runs pnpm's installation with `options`, and shows how far it is. Returns what failed as text, or null. */
export async function install({ root, options }) {
  const args = ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=ndjson', ...options];
  const child = spawn('npx', args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Both take what they have kept without asking for newer, and tell of no newer version of themselves.
    env: { ...process.env, npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' },
  });
  const progress = new Progress();
  const faults = [];
  const printed = [];
  const read = (line) => {
    const event = parse(line);
    if (event === null) printed.push(line);
    else if (event.level === 'error') faults.push(event.message ?? event.err?.message ?? line);
    else progress.take(event);
  };
  const streams = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) read(line);
  });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      faults.push(`npx could not be run: ${error.message}`);
      resolve(null);
    });
    child.once('close', resolve);
  });
  await Promise.all(streams);
  progress.end();
  if (code === 0) return null;
  const told = faults.length > 0 ? faults : printed.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
  return told.length > 0 ? told.join('\n') : `pnpm ended with ${String(code)}`;
}

/** Returns an event of pnpm; null for a line of text. */
function parse(line) {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
