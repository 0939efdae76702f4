import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PortSlots } from '../src/port-slots.ts';

it('are ranges of ports that nobody else has, and free again when they are released', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ports-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Two workers with one data directory.
  const [one, other] = [new PortSlots(folder), new PortSlots(folder)];
  const first = await one.take();
  const second = await other.take();
  const third = await one.take();
  expect([first, second, third].map((slot) => slot?.variables)).toEqual([
    { CC_EXECUTOR_SLOT: '0', CC_EXECUTOR_PORT_BASE: '20000' },
    { CC_EXECUTOR_SLOT: '1', CC_EXECUTOR_PORT_BASE: '20100' },
    { CC_EXECUTOR_SLOT: '2', CC_EXECUTOR_PORT_BASE: '20200' },
  ]);
  await second?.release();
  const again = await one.take();
  expect(again?.variables['CC_EXECUTOR_SLOT']).toBe('1');
  for (const slot of [first, third, again]) await slot?.release();
});
