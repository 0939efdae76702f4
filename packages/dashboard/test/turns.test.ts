import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turns } from '../src/colours/turns.ts';

/** Answers a request when its flag is set. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', (number) => {
    Atomics.wait(workerData, number, 0);
    parentPort.postMessage('answer ' + number);
  });
`;

let threads: Worker[] = [];
beforeEach(() => {
  // Time passes when a test says so: how busy the machine is makes no difference.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(threads.map(async (thread) => await thread.terminate()));
  threads = [];
});

function start() {
  const flags = new Int32Array(new SharedArrayBuffer(40));
  const turns = new Turns<number, string>({
    start: ({ answer }) => {
      const thread = new Worker(SCRIPT, { eval: true, workerData: flags });
      thread.on('message', answer);
      threads.push(thread);
      return {
        post: (number) => thread.postMessage(number),
        end: () => {
          thread.terminate().catch(() => undefined);
        },
      };
    },
    patienceMs: 5000,
  });
  const release = (number: number) => {
    Atomics.store(flags, number, 1);
    Atomics.notify(flags, number);
  };
  return { turns, release };
}

describe('requests to one thread', () => {
  it('have their time from the beginning of their turn', async () => {
    const { turns, release } = start();
    const [first, second] = [turns.ask(1), turns.ask(2)];
    await vi.advanceTimersByTimeAsync(4000);
    release(1);
    expect(await first).toBe('answer 1');
    await vi.advanceTimersByTimeAsync(4000);
    release(2);
    expect(await second).toBe('answer 2');
    expect(threads).toHaveLength(1);
  });

  it('lose nothing when the one before them takes too long', async () => {
    const { turns, release } = start();
    const [slow, second, third] = [turns.ask(1), turns.ask(2), turns.ask(3)];
    release(2);
    release(3);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await slow).toBeNull();
    expect(await Promise.all([second, third])).toEqual(['answer 2', 'answer 3']);
    expect(threads).toHaveLength(2);
    release(4);
    expect(await turns.ask(4)).toBe('answer 4');
    expect(threads).toHaveLength(2);
  });

  it('get nothing where there is no thread, and one that fails later ends nobody else', async () => {
    const failures: (() => void)[] = [];
    let isPossible = true;
    const turns = new Turns<number, string>({
      start: ({ failed }) => {
        if (!isPossible) return null;
        failures.push(failed);
        return { post: () => undefined, end: () => undefined };
      },
      patienceMs: 5000,
    });
    const both = Promise.all([turns.ask(1), turns.ask(2)]);
    failures[0]?.();
    expect(await both).toEqual([null, null]);
    const third = turns.ask(3);
    failures[0]?.();
    await vi.advanceTimersByTimeAsync(4999);
    failures[1]?.();
    expect(await third).toBeNull();
    expect(failures).toHaveLength(2);
    isPossible = false;
    expect(await turns.ask(4)).toBeNull();
  });
});
