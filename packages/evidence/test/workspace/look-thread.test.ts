import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startLookThread } from '../../src/workspace/thread/look-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'cc-look-thread-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('gives its memory back when no scan is open', async () => {
  const thread = startLookThread(0);
  const begin = { ask: 'begin', root: folder, leaveOut: [], earlier: null } as const;
  const [one, other] = [await thread.ask(begin), await thread.ask(begin)];
  await thread.ask({ ask: 'release', look: Number(one) });
  // With the other open, no turn of the event loop ends it.
  await delay(20);
  expect(await thread.ask({ ask: 'changes', look: Number(other) })).toMatchObject({ incomplete: [] });
  await thread.ask({ ask: 'release', look: Number(other) });
  await expect.poll(() => thread.isGone).toBe(true);
  await expect(thread.ask(begin)).rejects.toThrow('has ended');
});
