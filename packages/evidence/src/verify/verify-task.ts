import { taskAt } from '@cc-executor/contracts/task-numbers';
import {
  ATTEMPT_FINDINGS,
  type CarriedFrom,
  type Manifest,
  type Receipt,
  type TaskVerification,
} from '@cc-executor/contracts';
import { basename, join } from 'node:path';
import { accountOf } from './account-of.ts';
import { attemptFolder, CARRIED, taskFolder } from '../layout.ts';
import type { ReceiptPlace } from './receipt-order.ts';
import { strangersAmong } from './strangers-among.ts';
import { outcomeReasons } from './outcome-reasons.ts';
import { verifyAttempt, type TailSize, type OnReceipt } from './verify-attempt.ts';

interface TaskOptions {
  /** The position of each receipt among all, by its hash. */
  places: ReadonlyMap<string, ReceiptPlace>;
  /** True if the manifest is the signed one. */
  isVouched: boolean;
  /** Called with each receipt in the manifest. */
  onReceipt: OnReceipt;
  keep: TailSize;
}

/** The verification of a task's files, and whether they are intact; those of a failed task can be intact too. */
interface VerifiedTask {
  verification: TaskVerification;
  isIntact: boolean;
}

/** Returns whether the files of a task prove that it succeeded. */
export async function verifyTask(
  directory: string,
  manifest: Manifest,
  task: Manifest['tasks'][number],
  { places, isVouched, onReceipt, keep }: TaskOptions,
): Promise<VerifiedTask> {
  const reasons = isVouched ? [] : ['its manifest is not the one that was signed here'];
  let last: Receipt | null = null;
  for (const [index, sha256] of task.receipts.entries()) {
    const attempt = index + 1;
    const of = (faults: readonly string[]) =>
      faults.map((fault) => (task.receipts.length > 1 ? `attempt ${String(attempt)}: ${fault}` : fault));
    last = null;
    if (sha256 === null) {
      reasons.push(...of(['its evidence could not be kept']));
      continue;
    }
    const at = places.get(sha256) ?? { previous: null, number: 0 };
    const expected = { manifest, task, attempt, folder: attempt, sha256, chain: at };
    const { receipt, faults, ends } = await verifyAttempt(directory, expected, keep);
    reasons.push(...of(faults));
    if (receipt) reasons.push(...of(faultsOfBeginning(receipt, manifest)));
    last = receipt;
    if (receipt) onReceipt(receipt, ends);
  }
  if (task.carried_from) {
    const carried = await verifyCarried(directory, task, task.carried_from, keep);
    reasons.push(...carried.faults);
    last = carried.receipt;
    if (last) onReceipt(last, carried.ends);
  }
  reasons.push(...(await strangersIn(directory, task)));
  const isIntact = reasons.length === 0;
  if (task.status !== 'completed') reasons.push(`it is ${task.status}`);
  else if (task.receipts.length === 0 && !task.carried_from) reasons.push('it has no attempt');
  if (last) reasons.push(...outcomeReasons(last));
  const findings = (last?.end.findings ?? []).filter(({ code }) => ATTEMPT_FINDINGS[code].contradicts);
  const verification: TaskVerification = {
    task: task.task,
    name: task.name,
    status: task.status,
    attempts: task.receipts.length,
    ...(task.carried_from && { carried_from: task.carried_from }),
    ...(task.not_run !== undefined && { not_run: task.not_run }),
    ...(last ? accountOf(task, last) : {}),
    verdict: findings.length > 0 ? 'contradicted' : reasons.length === 0 ? 'verified' : 'unverified',
    reasons: [...new Set(reasons)],
    findings: findings.map(({ message }) => message),
    remarks: [...remarksOfCarried(task), ...(last ? remarksOf(last) : [])],
  };
  return { verification, isIntact };
}

/**
 * Returns what is wrong in the work that an attempt has begun with: each part is that of a task before it, by its last
 * receipt. That one is the older of the two, because its hash is in the other.
 */
function faultsOfBeginning(
  { task: own, begins_with = [] }: Receipt,
  { tasks }: Pick<Manifest, 'tasks'>,
): string[] {
  const isSigned = ({ task, receipt }: (typeof begins_with)[number]) =>
    task < own && taskAt(tasks, task)?.receipts.at(-1) === receipt;
  return begins_with.flatMap((work) =>
    isSigned(work)
      ? []
      : [
          `it began with the work of task ${String(work.task)}, and names another receipt of it than the signed one`,
        ],
  );
}

/** Checks the evidence of the attempt whose result a task has taken over: a copy of it is among the files of this execution. */
async function verifyCarried(
  directory: string,
  task: Manifest['tasks'][number],
  { execution_id, execution_uuid, attempt, receipt: sha256 }: CarriedFrom,
  keep: TailSize,
): ReturnType<typeof verifyAttempt> {
  if (sha256 === null) return { receipt: null, faults: ['its evidence could not be kept'], ends: new Map() };
  const manifest = { execution_id, execution_uuid };
  const expected = { manifest, task, attempt, folder: CARRIED, sha256, chain: null };
  return await verifyAttempt(directory, expected, keep);
}

function remarksOfCarried({ carried_from }: Manifest['tasks'][number]): string[] {
  return carried_from ? [`it was run in execution ${carried_from.execution_id}, and carried over`] : [];
}

/** Returns why a receipt's report on folders may be incomplete. */
function remarksOf({ workspace, extra_dirs = [] }: Receipt): string[] {
  return [
    ...(workspace?.incomplete ?? []).map((what) => `of its workspace: ${what}`),
    ...extra_dirs.flatMap(({ path, changes, why }) =>
      changes === null
        ? [`${path} was not read: ${why ?? ''}`]
        : changes.incomplete.map((what) => `of ${path}: ${what}`),
    ),
  ];
}

/** Returns the entries in the folder of a task that are not attempts. */
async function strangersIn(
  directory: string,
  { task, receipts, carried_from }: Manifest['tasks'][number],
): Promise<string[]> {
  const numbers = [...receipts.map((_, index) => index + 1), ...(carried_from ? [CARRIED] : [])];
  const attempts = new Set(numbers.map((attempt) => basename(attemptFolder(task, attempt))));
  return await strangersAmong(join(directory, taskFolder(task)), attempts);
}
