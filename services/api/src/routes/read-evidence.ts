import { taskAt } from '@cc-executor/contracts/task-numbers';
import { CcError, EvidenceKey, Receipt, Verification } from '@cc-executor/contracts';
import {
  fingerprintOf,
  makeReport,
  receiptMarkdown,
  unverifiable,
  verifyExecution,
  type VerifyOptions,
} from '@cc-executor/evidence';
import { notFound } from '@cc-executor/executions';
import { patchReader } from '@cc-executor/workspaces';
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { chosen, sendText } from '../accept.ts';
import { clientGone } from '../client-gone.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { ExecutionParams, problems, TaskParams, whole, type Route } from '../route.ts';
import { missing, notWhole } from '../snapshots/not-whole.ts';

const tags = ['evidence'];
const Text = z.string().describe('text for people');

export const readEvidence: Route = (app, dependencies) => {
  const { store, evidence } = dependencies;
  const receipt = {
    summary: 'The receipt of an attempt: what it really did',
    description: 'As JSON, byte for byte as it was hashed, or as Markdown; `Accept` chooses.',
    tags,
    produces: ['application/json', 'text/markdown'],
    params: TaskParams,
    querystring: z.strictObject({ attempt: whole.optional().describe('default: the last one') }),
    response: { 200: z.union([Receipt, Text]), ...problems },
  };
  app.get('/executions/:id/tasks/:n/receipt', { schema: receipt }, async (request, reply) => {
    const { id, n } = request.params;
    const stored = await store.read(id);
    if (!stored) throw notFound(id);
    const task = taskAt(stored.state.tasks, n);
    if (!task) throw new CcError('TASK_NOT_FOUND', `The execution "${id}" has no task ${String(n)}.`);
    const attempt = request.query.attempt ?? task.attempt;
    // A replaced file is not shown as what the attempt did.
    const hash = task.receipts[attempt - 1] ?? null;
    const text = await evidence.readReceipt({ executionId: id, task: n, attempt }, hash);
    if (text === null)
      throw new CcError(
        'RECEIPT_NOT_FOUND',
        `Task ${String(n)} has no receipt of attempt ${String(attempt)}.`,
      );
    const type = chosen(request.headers.accept, ['application/json', 'text/markdown']);
    if (type === 'application/json') return await sendText(reply, type, text);
    const kept = receiptIn(text);
    if (kept === null)
      throw new CcError('RECEIPT_NOT_FOUND', 'The file in its place is not a receipt: it was changed.');
    return await sendText(reply, type, receiptMarkdown(kept));
  });

  app.get(
    '/executions/:id/verification',
    {
      ...dependencies.snapshots.fewAtOnce,
      schema: {
        summary: 'Verifies the evidence of an execution; every hash is recomputed',
        tags,
        params: ExecutionParams,
        response: { 200: Verification, ...problems },
      },
    },
    async ({ params: { id } }, reply) => {
      const signal = clientGone(reply);
      const options = await optionsFor(dependencies, id);
      const found = await verifyExecution(evidence.folder(id), {
        ...options,
        signal,
        snapshots: async (ids) => await notWhole(dependencies.snapshots, id, ids, signal),
      });
      return found ?? unverifiable(id, 'nothing is kept of it yet');
    },
  );

  const report = {
    summary:
      'A page for people: how it went, what failed and why, and each task with its answer, checks and changes',
    description:
      'As Markdown, or as an HTML page that loads and runs nothing; `Accept` chooses. It is made from the signed evidence when the execution has ended, and says at its end what is verified.',
    tags,
    produces: ['text/markdown', 'text/html'],
    params: ExecutionParams,
    response: { 200: Text, ...problems },
  };
  const { fewAtOnce } = dependencies.snapshots;
  app.get('/executions/:id/report', { ...fewAtOnce, schema: report }, async (request, reply) => {
    const { id } = request.params;
    const options = await optionsFor(dependencies, id);
    const type = chosen(request.headers.accept, ['text/markdown', 'text/html']);
    const form = type === 'text/html' ? 'html' : 'markdown';
    const page = await makeReport(evidence.folder(id), form, {
      ...options,
      // Every content of them is read by the verification alone.
      snapshots: async (ids) => await missing(dependencies.snapshots, id, ids),
      delivered: (await dependencies.store.readStatus(id))?.summary.delivered ?? null,
      diff: patchReader(dependencies.snapshots),
      signal: clientGone(reply),
    });
    if (page === null)
      throw new CcError('RECEIPT_NOT_FOUND', `Nothing is kept of the execution "${id}" yet.`);
    return await sendText(reply, type, page);
  });

  app.get(
    '/evidence/key',
    {
      schema: {
        summary: 'The public key by which this installation signs its evidence',
        tags,
        response: { 200: EvidenceKey, ...problems },
      },
    },
    () => {
      const key = dependencies.publicKey;
      const der = Buffer.from(key, 'base64');
      const pem = createPublicKey({ key: der, format: 'der', type: 'spki' }).export({
        format: 'pem',
        type: 'spki',
      });
      return { key, fingerprint: fingerprintOf(key), pem: pem.toString() };
    },
  );
};

/** Null: it is not one, or no longer one. */
function receiptIn(text: string): Receipt | null {
  try {
    return Receipt.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Returns what an execution is verified against. Throws EXECUTION_NOT_FOUND. */
async function optionsFor(
  { store, publicKeys, signedEnds }: ApiDependencies,
  id: string,
): Promise<VerifyOptions> {
  // Only from the store: a task may have written the archive.
  const known = await store.readStatus(id);
  if (!known) throw notFound(id);
  const { status, created_at, isArchived } = known;
  const { head, manifest } = known.summary.evidence;
  return {
    trusted: await publicKeys(),
    executionId: id,
    log: { status, head, manifest, created_at, isArchived },
    signed: await signedEnds.last(id),
  };
}
