import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { Drain } from '../../src/launch/drain.ts';

/** Stands still, as a process does that the system gives no time. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it('loses nothing that came while this process stood still', async () => {
  const child = spawn('/bin/sh', ['-c', 'printf one; read _; printf two'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const drain = new Drain(child.stdout, (chunk) => {
    text += chunk.toString();
    resolve();
    return undefined;
  });
  await begun;
  child.stdin.end('\n');
  const finished = drain.finish();
  await new Promise((next) => setImmediate(next));
  standStill(500);
  await finished;
  expect(text).toBe('onetwo');
});
