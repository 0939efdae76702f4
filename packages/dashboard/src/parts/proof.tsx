import type { ExecutionView, Receipt } from '@cc-executor/sdk';
import { CcServerError } from '@cc-executor/sdk';
import { useCall } from '../live/hooks.ts';
import { TEXTS } from '../texts.ts';
import { PROOF, TASK } from '../texts/task.ts';
import { count } from '../words.ts';
import { Badge } from './badge.tsx';
import { Lines } from './lines.tsx';
import { Failure, Notice } from './notice.tsx';

type Task = ExecutionView['tasks'][number];

/** The facts about an attempt: its checks, the findings, and its receipt. */
export function Proof({ id, task, attempt }: { id: string; task: Task; attempt: number }) {
  const { value, error, reload } = useCall(
    async (client, signal) => await client.attach(id).receipt(task.task_number, { attempt, signal }),
    ['receipt', id, task.task_number, attempt, task.end?.receipt],
  );
  const end = value?.end ?? (attempt === task.attempt ? task.end : null);
  return (
    <>
      {end !== null && (
        <>
          {end.checks.map(({ command, outcome, output_tail: tail, round }) => (
            <article class="card">
              <h3>
                <code>{command}</code>{' '}
                <Badge
                  tone={outcome === 'completed' ? 'good' : 'bad'}
                  text={outcome === 'completed' ? PROOF.passed : outcome.replaceAll('_', ' ')}
                />
                {round > 0 && <span class="muted">{PROOF.afterFix(round)}</span>}
              </h3>
              {tail !== '' && <Lines lines={tail.split('\n')} label={PROOF.endOf(command)} />}
            </article>
          ))}
          {end.checks.length === 0 && <p class="muted">{PROOF.noChecks}</p>}
          {end.findings.map(({ message }) => (
            <Notice tone="warn" text={message} />
          ))}
          {end.validation !== null && (
            <p>{PROOF.validated(end.validation.is_valid === true, end.validation.reason)}</p>
          )}
        </>
      )}
      {value === null ? (
        error === null ? (
          <p class="muted">{TEXTS.loading}</p>
        ) : error instanceof CcServerError && error.code === 'RECEIPT_NOT_FOUND' ? (
          <p class="muted">{TEXTS.noReceipt}</p>
        ) : (
          <Failure error={error} reload={reload} />
        )
      ) : (
        <ReceiptView receipt={value} />
      )}
    </>
  );
}

function ReceiptView({
  receipt: { workspace, tool_calls: calls, tool_calls_beyond: beyond },
}: {
  receipt: Receipt;
}) {
  return (
    <>
      <h2>{PROOF.files}</h2>
      {workspace === null ? (
        <p class="muted">{TEXTS.noChangesKnown}</p>
      ) : workspace.changes.length === 0 ? (
        <p class="muted">{TEXTS.noChanges}</p>
      ) : (
        <ul class="rows files">
          {workspace.changes.map(({ path, change, bytes: size }) => (
            <li>
              <Badge tone={change === 'removed' ? 'bad' : change === 'added' ? 'good' : ''} text={change} />{' '}
              <code>{path}</code> <span class="muted">{PROOF.bytes(count(size))}</span>
            </li>
          ))}
        </ul>
      )}
      {calls.length > 0 && (
        <>
          <h2>{PROOF.calls}</h2>
          <ul class="rows files">
            {calls.map(({ name, what, is_error: isError, exit_code: exit }) => (
              <li>
                <b>{name}</b> <code>{what}</code>{' '}
                <span class={isError === true ? 'bad' : 'muted'}>
                  {exit === null ? '' : TASK.exitCode(exit)}
                </span>
              </li>
            ))}
          </ul>
          {beyond > 0 && <p class="muted">{PROOF.more(beyond)}</p>}
        </>
      )}
    </>
  );
}
