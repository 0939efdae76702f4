import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startScanThread } from '../../src/workspace/thread/scan-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'cc-scan-thread-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('gives its memory back when no scan is open', async () => {
  const thread = startScanThread(0);
  const begin = { ask: 'begin', root: folder, leaveOut: [], earlier: null } as const;
  const [one, other] = [await thread.ask(begin), await thread.ask(begin)];
  await thread.ask({ ask: 'release', scan: Number(one) });
  // With the other open, no turn of the event loop ends it.
  await delay(20);
  expect(await thread.ask({ ask: 'changes', scan: Number(other) })).toMatchObject({ incomplete: [] });
  await thread.ask({ ask: 'release', scan: Number(other) });
  await expect.poll(() => thread.isGone).toBe(true);
  await expect(thread.ask(begin)).rejects.toThrow('has ended');
});
