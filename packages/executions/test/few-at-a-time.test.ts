import { expect, it } from 'vitest';
import { fewAtATime } from '../src/few-at-a-time.ts';

it('yields results in the order of the items, and runs at most so many at a time', async () => {
  let running = 0;
  let most = 0;
  const run = async (item: number) => {
    running += 1;
    most = Math.max(most, running);
    // The first of each group ends last.
    for (let turn = item % 3 === 0 ? 5 : 1; turn > 0; turn -= 1) await Promise.resolve();
    running -= 1;
    return item * 2;
  };
  expect(await Array.fromAsync(fewAtATime([0, 1, 2, 3, 4, 5, 6], 3, run))).toEqual([0, 2, 4, 6, 8, 10, 12]);
  expect(most).toBe(3);
  expect(await Array.fromAsync(fewAtATime([], 3, run))).toEqual([]);
});

it('begins nothing that its reader does not ask for, and rejects with an error of an item', async () => {
  const begun: number[] = [];
  const run = (item: number) => {
    begun.push(item);
    return item === 4 ? Promise.reject(new Error('the fifth')) : Promise.resolve(item);
  };
  for await (const item of fewAtATime([0, 1, 2, 3, 4], 2, run)) if (item === 1) break;
  expect(begun).toEqual([0, 1]);
  await expect(Array.fromAsync(fewAtATime([0, 1, 2, 3, 4], 2, run))).rejects.toThrow('the fifth');
});
