import { afterEach, describe, expect, it } from 'vitest';
import { Poller } from '../src/poller.ts';

type PollerOptions = ConstructorParameters<typeof Poller>[0];

const NEVER_MS = 2 ** 31 - 1;
const open: Poller[] = [];
afterEach(async () => {
  for (const poller of open.splice(0)) await poller.close();
});

function make(options: Partial<PollerOptions> & Pick<PollerOptions, 'work'>): Poller {
  const poller = new Poller({
    everyMs: NEVER_MS,
    onError: (error) => expect.fail(String(error)),
    ...options,
  });
  open.push(poller);
  return poller;
}

describe('the rounds of a poller', () => {
  it('come again and again by themselves, also after one that failed', async () => {
    const errors: unknown[] = [];
    let count = 0;
    const third = Promise.withResolvers<undefined>();
    const work = async () => {
      count += 1;
      if (count === 3) third.resolve(undefined);
      return Promise.reject(new Error(`round ${String(count)}`));
    };
    make({ everyMs: 1, work, onError: (error) => errors.push(error) });
    await third.promise;
    expect(errors.slice(0, 2)).toEqual([new Error('round 1'), new Error('round 2')]);
  });

  it('never overlap: what is asked for during one is done once, after it', async () => {
    const gates: PromiseWithResolvers<undefined>[] = [];
    let underWay = 0;
    let most = 0;
    const poller = make({
      work: async () => {
        most = Math.max(most, ++underWay);
        const gate = Promise.withResolvers<undefined>();
        gates.push(gate);
        await gate.promise;
        underWay -= 1;
      },
    });
    poller.soon();
    for (let n = 0; n < 5; n++) poller.soon();
    expect(gates).toHaveLength(1);
    gates[0]?.resolve(undefined);
    await expect.poll(() => gates.length).toBe(2);
    gates[1]?.resolve(undefined);
    await poller.close();
    expect({ most, rounds: gates.length }).toEqual({ most: 1, rounds: 2 });
  });

  it('begin one for what is asked for in the moment in which another has ended', async () => {
    for (let later = 0; later < 8; later++) {
      let count = 0;
      const gate = Promise.withResolvers<undefined>();
      const poller = make({
        work: async () => {
          count += 1;
          if (count === 1) await gate.promise;
        },
      });
      poller.soon();
      gate.resolve(undefined);
      for (let n = 0; n < later; n++) await Promise.resolve();
      poller.soon();
      await poller.close();
      expect([later, count]).toEqual([later, 2]);
    }
  });

  it('end when they are closed, and a long one is logged', async () => {
    let isDone = false;
    const poller = make({
      work: (closed) =>
        new Promise((resolve) =>
          closed.addEventListener('abort', () => {
            isDone = true;
            resolve();
          }),
        ),
    });
    poller.soon();
    await poller.close();
    expect(isDone).toBe(true);
  });
});
