import { createLogger } from '@cc-executor/service-kit';
import { expect, it } from 'vitest';
import { Admission } from '../src/admission.ts';

const MIB = 1024 ** 2;

function admission(need = 256 * MIB) {
  const told: { msg: string; available_memory: number }[] = [];
  const write = (line: string) => void told.push(JSON.parse(line) as (typeof told)[number]);
  const logger = createLogger({ name: 'test', level: 'info', destination: { write } });
  return { told, admission: new Admission(need, logger) };
}

it('gives a worker its share where there is memory for it', () => {
  const { admission: of, told } = admission();
  expect(of.slots(4, 0, 4096 * MIB)).toBe(4);
  expect(of.slots(4, 3, 300 * MIB)).toBe(4);
  expect(told).toEqual([]);
});

it('lets what runs go on, and takes up no more than there is memory for', () => {
  const { admission: of } = admission();
  expect(of.slots(4, 1, 600 * MIB)).toBe(3);
  expect(of.slots(4, 2, 100 * MIB)).toBe(2);
  expect(of.slots(4, 0, 100 * MIB)).toBe(0);
  // A share that has become smaller stays so.
  expect(of.slots(1, 3, 100 * MIB)).toBe(1);
});

it('reports once that prompts wait, and once that they no longer do', () => {
  const { admission: of, told } = admission();
  for (const available of [100, 90, 200, 300, 400]) of.slots(4, 0, available * MIB);
  expect(told).toMatchObject([
    { level: 'warn', available_memory: 100 * MIB, needed: 256 * MIB, msg: expect.stringContaining('short') },
    { level: 'info', available_memory: 300 * MIB },
  ]);
});

it('does not look at memory where that is turned off, or not known', () => {
  expect(admission(0).admission.slots(4, 0, 1)).toBe(4);
  expect(admission().admission.slots(4, 0, null)).toBe(4);
});
