import type { Manifest, Receipt } from '@cc-executor/contracts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../src/index.ts';
import { toDocument } from '../src/document.ts';
import { attemptFolder, receiptName } from '../src/layout.ts';
import { orderOfReceipts } from '../src/verify/receipt-order.ts';
import { verifyTask } from '../src/verify/verify-task.ts';
import { SAMPLE_RECEIPT } from './sample-receipt.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-begins-with-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Writes the receipts of tasks in the order in which they settled, and returns what verifies the last one of them. */
async function evidenceOf(
  settled: readonly { task: number; begins_with: (hashes: Map<number, string>) => Receipt['begins_with'] }[],
) {
  const hashes = new Map<number, string>();
  let previous: string | null = null;
  for (const [index, { task, begins_with }] of settled.entries()) {
    const receipt: Receipt = { ...SAMPLE_RECEIPT, task, number: index + 1, previous };
    const works = begins_with(hashes);
    const document = toDocument(works ? { ...receipt, begins_with: works } : receipt);
    const attempt = join(folder, attemptFolder(task, 1));
    await mkdir(attempt, { recursive: true });
    await writeFile(join(attempt, receiptName(1)), document.text);
    hashes.set(task, document.sha256);
    previous = document.sha256;
  }
  const tasks = [...hashes.keys()]
    .toSorted((one, other) => one - other)
    .map((task) => ({
      task,
      kind: 'command' as const,
      name: null,
      text_sha256: sha256('true'),
      status: 'completed' as const,
      receipts: [hashes.get(task) ?? null],
    }));
  const manifest: Manifest = {
    schema: 1,
    execution_id: SAMPLE_RECEIPT.execution_id,
    execution_uuid: SAMPLE_RECEIPT.execution_uuid,
    status: 'completed',
    created_at: SAMPLE_RECEIPT.started_at,
    started_at: SAMPLE_RECEIPT.started_at,
    ended_at: SAMPLE_RECEIPT.ended_at,
    tasks,
    head: previous,
  };
  const { places } = await orderOfReceipts(folder, manifest);
  const options = { places, isVouched: true, onReceipt: () => undefined, keep: () => 0 };
  return async (task: number) => {
    const one = tasks[task - 1];
    if (!one) throw new Error(`There is no task ${String(task)}.`);
    return (await verifyTask(folder, manifest, one, options)).verification;
  };
}

const nothing = () => [];

// Proves: verified-means-intact
describe('the work that an attempt began with', () => {
  it('is verified where it is that of tasks that had settled', async () => {
    const verify = await evidenceOf([
      { task: 2, begins_with: nothing },
      { task: 1, begins_with: nothing },
      {
        task: 3,
        begins_with: (hashes) => [1, 2].map((task) => ({ task, receipt: hashes.get(task) ?? null })),
      },
    ]);
    expect(await verify(3)).toMatchObject({ verdict: 'verified', reasons: [] });
  });

  it.each([
    ['another receipt', () => [{ task: 1, receipt: sha256('another') }], 'names another receipt'],
    ['no receipt where there is one', () => [{ task: 1, receipt: null }], 'names another receipt'],
    ['a task that is not there', () => [{ task: 9, receipt: null }], 'names another receipt'],
    ['itself', () => [{ task: 2, receipt: null }], 'names another receipt'],
  ])('is not verified with %s', async (_, begins_with, reason) => {
    const verify = await evidenceOf([
      { task: 1, begins_with: nothing },
      { task: 2, begins_with },
    ]);
    expect(await verify(2)).toMatchObject({
      verdict: 'unverified',
      reasons: [expect.stringContaining(reason)],
    });
  });
});
