import type { ExecutionStatus } from '@cc-executor/sdk';
import { hasEnded } from '../words.ts';
import { toList } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { WAY_BACK } from '../texts/way-back.ts';
import { ActionButton } from './action-button.tsx';
import { RestoreButton } from './restore-button.tsx';
import { SaveLink } from './save-link.tsx';

/** Restores the workspace of a paused or ended execution, or reruns it from one of its tasks. */
export function TaskWayBack({
  id,
  task,
  last,
  status,
  onDone,
}: {
  id: string;
  task: number;
  /** The number of the last task. */
  last: number;
  status: ExecutionStatus;
  onDone: () => void;
}) {
  if (!hasEnded(status) && status !== 'paused') return null;
  const many = WAY_BACK.tasks(task, last);
  return (
    <div class="actions">
      {hasEnded(status) && (
        <ActionButton
          label={WAY_BACK.rerun}
          done=""
          question={{
            text: WAY_BACK.rerunQuestion(many, task),
            yes: WAY_BACK.rerunYes(many),
            no: TEXTS.rerunNo,
          }}
          run={async (client) => {
            location.hash = toList((await client.attach(id).rerun({ from: task })).id);
          }}
        />
      )}
      <RestoreButton id={id} point={WAY_BACK.before(task)} to={{ beforeTask: task }} onDone={onDone} />
      <RestoreButton id={id} point={WAY_BACK.after(task)} to={{ afterTask: task }} onDone={onDone} />
      <WorkspaceLink id={id} at={`after:${String(task)}`} label={WAY_BACK.download} />
    </div>
  );
}

/** The workspace at a snapshot, as a file to keep. */
export function WorkspaceLink({ id, at, label }: { id: string; at: string; label: string }) {
  return (
    <SaveLink
      label={label}
      href={`/executions/${encodeURIComponent(id)}/archive?at=${encodeURIComponent(at)}`}
      name={`${id}-${at.replace(':', '-')}.tar.gz`}
      read={async (client) => await (await client.attach(id).archive({ at })).blob()}
    />
  );
}

/** Runs what failed of an ended list again, and what comes after it. */
export function RerunFailed({ id }: { id: string }) {
  return (
    <ActionButton
      label={WAY_BACK.rerunFailed}
      done=""
      question={{ text: TEXTS.rerunFailed, yes: WAY_BACK.rerunFailedYes, no: TEXTS.rerunNo }}
      run={async (client) => {
        location.hash = toList((await client.attach(id).rerun({ from: 'failed' })).id);
      }}
    />
  );
}
