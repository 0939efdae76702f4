import { setTimeout as delay } from 'node:timers/promises';
import { askToEnd, killGroup } from './children/launched.ts';
import { isRunning } from './children/process-identity.ts';
import type { StackRecord } from './stack-file.ts';

/** Services whose stack has died end by themselves; they get the time of a normal stop, in milliseconds. */
const END_MS = 25_000;
const POLL_MS = 50;

/** Ends the services that a killed stack left; its Redis is shut down when the new one starts. */
export async function endLeftovers(left: StackRecord, say: (line: string) => void): Promise<void> {
  const running = () => left.processes.filter((one) => one.name !== 'redis' && isRunning(one));
  const names = running().map(({ name, pid }) => `${name} (pid ${String(pid)})`);
  if (names.length === 0) return;
  say(`An earlier run was killed and left ${names.join(', ')}: ending it first.`);
  for (const { pid } of running()) askToEnd(pid);
  const deadline = performance.now() + END_MS;
  while (running().length > 0 && performance.now() < deadline) await delay(POLL_MS);
  for (const { pid } of running()) killGroup(pid);
}
