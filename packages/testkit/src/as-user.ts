import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** The uid of `nobody` on Linux. */
export const NOBODY = 65534;

/** Runs a JavaScript module as another user, and returns what it prints as JSON. Only root can do that. */
export async function runAsUser(uid: number, program: string): Promise<unknown> {
  const become = `process.setgroups([]); process.setgid(${String(uid)}); process.setuid(${String(uid)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', become + program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout));
}
