import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '@cc-executor/testkit';
import { Countdown } from '../src/attempts/countdown.ts';

describe('a countdown', () => {
  it('ends after its time, and not when it was stopped', async () => {
    const ended: string[] = [];
    const stopped = new Countdown(0.01, () => ended.push('stopped'));
    stopped.stop();
    const began = performance.now();
    const first = new Countdown(0.1, () => ended.push('first'));
    await waitFor(() => ended.length > 0);
    expect(performance.now() - began).toBeGreaterThan(95);
    first.stop();
    expect(ended).toEqual(['first']);
  });

  it('restarts at each new process, and stops while it is held', async () => {
    let held = true;
    let ended = false;
    const countdown = new Countdown(
      0.05,
      () => (ended = true),
      () => held,
    );
    for (let i = 0; i < 3; i++) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const other = new Countdown(0.05, resolve);
      await promise;
      other.stop();
    }
    expect(ended).toBe(false);
    held = false;
    await waitFor(() => ended);
    countdown.stop();
  });

  it('does not count the time in which its process was frozen', async () => {
    const program = join(import.meta.dirname, 'fixtures/counts-down.ts');
    const child = spawn(process.execPath, [program, '2'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString().trim()));
    await waitFor(() => said.includes('started'));
    child.kill('SIGSTOP');
    execFileSync('sleep', ['4']); // longer than the countdown, in the time of the one that is frozen
    child.kill('SIGCONT');
    const [code] = (await once(child, 'close')) as [number];
    // It woke up late once, and still had most of its time to count.
    expect(code).toBe(0);
    expect(Number(said.at(-1))).toBeGreaterThan(4500);
  });
});
