import { describe, expect, it } from 'vitest';
import { TaskSlots } from '../src/running/task-slots.ts';
import { Slots } from '../src/slots.ts';

/** The slots of an execution of prompts on a worker, and how often it was woken. */
function open(of: { prompts: number; commands: number }) {
  const slots = new Slots(of);
  expect(slots.enter('prompts')).not.toBeNull();
  const woken = { times: 0 };
  return { slots, woken, own: new TaskSlots(slots, 'prompts', () => (woken.times += 1)) };
}

describe('the slot of an execution of prompts', () => {
  it('is left to a prompt while commands run, each with a slot of its lane', () => {
    const { slots, own } = open({ prompts: 1, commands: 2 });
    expect([own.take(1, 'commands'), own.take(2, 'commands'), own.take(3, 'prompts')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([own.take(4, 'commands'), own.take(5, 'prompts')]).toEqual([false, false]);
    expect([slots.of('prompts').running, slots.of('commands').running]).toEqual([1, 2]);
    for (const task of [1, 2, 3]) own.release(task);
    expect([slots.of('prompts').running, slots.of('commands').running]).toEqual([1, 0]);
  });

  it('serves a command where no other slot is free and nothing runs, until one is free', async () => {
    const { slots, own, woken } = open({ prompts: 1, commands: 1 });
    const leave = slots.enter('commands');
    expect([own.take(1, 'commands'), own.take(2, 'commands'), own.take(3, 'prompts')]).toEqual([
      true,
      false,
      false,
    ]);
    leave?.();
    await expect.poll(() => woken.times).toBe(1);
    expect([own.take(3, 'prompts'), slots.of('commands').running]).toEqual([true, 1]);
    own.release(1);
    own.release(3);
    expect([slots.of('prompts').running, slots.of('commands').running]).toEqual([1, 0]);
  });
});
