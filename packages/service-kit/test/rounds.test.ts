import { afterEach, describe, expect, it } from 'vitest';
import { Rounds } from '../src/rounds.ts';

type RoundsOptions = ConstructorParameters<typeof Rounds>[0];

const NEVER_MS = 2 ** 31 - 1;
const open: Rounds[] = [];
afterEach(async () => {
  for (const rounds of open.splice(0)) await rounds.close();
});

function make(options: Partial<RoundsOptions> & Pick<RoundsOptions, 'work'>): Rounds {
  const rounds = new Rounds({
    everyMs: NEVER_MS,
    onError: (error) => expect.fail(String(error)),
    ...options,
  });
  open.push(rounds);
  return rounds;
}

describe('rounds', () => {
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
    const rounds = make({
      work: async () => {
        most = Math.max(most, ++underWay);
        const gate = Promise.withResolvers<undefined>();
        gates.push(gate);
        await gate.promise;
        underWay -= 1;
      },
    });
    rounds.soon();
    for (let n = 0; n < 5; n++) rounds.soon();
    expect(gates).toHaveLength(1);
    gates[0]?.resolve(undefined);
    await expect.poll(() => gates.length).toBe(2);
    gates[1]?.resolve(undefined);
    await rounds.close();
    expect({ most, rounds: gates.length }).toEqual({ most: 1, rounds: 2 });
  });

  it('begin one for what is asked for in the moment in which another has ended', async () => {
    for (let later = 0; later < 8; later++) {
      let count = 0;
      const gate = Promise.withResolvers<undefined>();
      const rounds = make({
        work: async () => {
          count += 1;
          if (count === 1) await gate.promise;
        },
      });
      rounds.soon();
      gate.resolve(undefined);
      for (let n = 0; n < later; n++) await Promise.resolve();
      rounds.soon();
      await rounds.close();
      expect([later, count]).toEqual([later, 2]);
    }
  });

  it('end when they are closed, and a long one is logged', async () => {
    let isDone = false;
    const rounds = make({
      work: (closed) =>
        new Promise((resolve) =>
          closed.addEventListener('abort', () => {
            isDone = true;
            resolve();
          }),
        ),
    });
    rounds.soon();
    await rounds.close();
    expect(isDone).toBe(true);
  });
});
