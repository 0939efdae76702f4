import type { Receipt } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { toMarkdown } from '../../src/page/to-markdown.ts';
import { readDiffs } from '../../src/report/diffs.ts';
import { reportedTask, type ReportedTask } from '../../src/report/reported-task.ts';
import { taskPart } from '../../src/report/task-part.ts';
import { SAMPLE_END, SAMPLE_RECEIPT } from '../sample-receipt.ts';

/** A task that changed something between two snapshots of its own. */
function taskOf(task: number, status: 'completed' | 'failed' = 'completed'): ReportedTask {
  const receipt: Receipt = {
    ...SAMPLE_RECEIPT,
    number: task,
    task,
    end: { ...SAMPLE_END, snapshots: { before: `${String(task)}a`, after: `${String(task)}b` } },
  };
  const verified = { task, name: null, status, attempts: 1, verdict: 'verified' as const };
  return reportedTask({ ...verified, reasons: [], findings: [], remarks: [] }, [receipt], {
    kept: undefined,
    taken: undefined,
  });
}

function tasksOf(count: number): ReportedTask[] {
  return Array.from({ length: count }, (_, index) => taskOf(index + 1));
}

describe('the patches of a report', () => {
  it('are read until their bytes are used up, those of failed tasks first', async () => {
    const tasks = [...tasksOf(999), taskOf(1000, 'failed')];
    const asked: number[] = [];
    const diffs = await readDiffs(tasks, async function* (spans, most) {
      for (const { task } of spans) {
        asked.push(task);
        yield await Promise.resolve(Buffer.alloc(most, '+\n'));
      }
    });
    expect(asked[0]).toBe(1000);
    expect(asked.length).toBeLessThan(200);
    expect(diffs.size).toBe(1000);
    const leftOut = [...diffs].flatMap(([task, diff]) => (diff === null ? [task] : []));
    expect(leftOut).toEqual(tasks.map(({ task }) => task).filter((task) => !asked.includes(task)));
  });

  it('are read until their time is used up', async () => {
    let reads = 0;
    const diffs = await readDiffs(
      tasksOf(3),
      // It has none before its time is used up.
      async function* (_spans, _most, signal) {
        reads += 1;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        signal.throwIfAborted();
        yield null;
      },
      { patienceMs: 20 },
    );
    expect(reads).toBe(1);
    expect([...diffs.values()]).toEqual([null, null, null]);
  });

  it('are no longer read when nobody waits for the report', async () => {
    const gone = new AbortController();
    let reads = 0;
    const reading = readDiffs(
      tasksOf(3),
      async function* (spans) {
        for (const _ of spans) {
          reads += 1;
          gone.abort();
          yield await Promise.resolve(null);
        }
      },
      { signal: gone.signal },
    );
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(reads).toBe(1);
  });

  it('are said to be left out where there was no time or room for them', () => {
    const task = taskOf(1);
    expect(toMarkdown([taskPart(task, null)])).toContain('The changes are left out');
    expect(toMarkdown([taskPart(task, undefined)])).not.toContain('left out');
  });
});
