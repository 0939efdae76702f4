import type { AttemptEnd, Receipt } from '@cc-executor/contracts';
import { toDocument, type Document } from './document.ts';
import { receiptPageName } from './layout.ts';
import { receiptMarkdown } from './report/receipt-page.ts';
import { sha256 } from './sha256.ts';

/** The input of a receipt. */
export interface ReceiptFacts extends Omit<
  Receipt,
  'schema' | 'sent' | 'asked' | 'end' | 'result_sha256' | 'number' | 'previous'
> {
  /** The submitted text of the task. */
  text: string;
  /** The input of the agent; null: none, or unknown. */
  sent: { text: string; systemPrompt: string | null } | null;
  end: Omit<AttemptEnd, 'receipt'>;
  /** A prompt's whole answer. */
  result: string | null;
  /** The receipts before it. */
  chain: { receipts: number; head: string | null };
}

/**
 * Returns the receipt of an attempt, and its page for people. The receipt names the page as one of its files. `generation`: of
 * the owner that writes it.
 */
export function makeReceipt(known: ReceiptFacts, generation: number): Document & { page: string } {
  const { text, sent, end, result, chain, ...rest } = known;
  const { result: _, result_truncated: __, json: ___, ...ended } = end;
  const receipt: Receipt = {
    schema: 1,
    execution_id: rest.execution_id,
    execution_uuid: rest.execution_uuid,
    number: chain.receipts + 1,
    task: rest.task,
    attempt: rest.attempt,
    kind: rest.kind,
    name: rest.name,
    sent: sent && { text: sent.text, sha256: sha256(sent.text), system_prompt: sent.systemPrompt },
    asked: sent?.text === text ? null : text,
    agent: rest.agent,
    session: rest.session,
    started_at: rest.started_at,
    ended_at: rest.ended_at,
    end: ended,
    result_sha256: result === null ? null : sha256(result),
    tool_calls: rest.tool_calls,
    tool_calls_beyond: rest.tool_calls_beyond,
    files: rest.files,
    workspace: rest.workspace,
    ...(rest.extra_dirs && rest.extra_dirs.length > 0 && { extra_dirs: rest.extra_dirs }),
    git: rest.git,
    ...(rest.begins_with && { begins_with: rest.begins_with }),
    previous: chain.head,
  };
  const page = receiptMarkdown(receipt);
  const name = receiptPageName(generation);
  const file = { name, bytes: Buffer.byteLength(page), sha256: sha256(page) };
  return { ...toDocument({ ...receipt, files: [...receipt.files, file] }), page };
}
