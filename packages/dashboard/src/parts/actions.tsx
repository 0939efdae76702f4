import type { ExecutionStatus } from '@cc-executor/sdk';
import { hasEnded } from '../words.ts';
import { linkTo } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { ActionButton } from './action-button.tsx';
import { RerunFailed, WorkspaceLink } from './way-back.tsx';

const LIKE = 'Write a list like this one';
const MAY_PAUSE: readonly ExecutionStatus[] = ['queued', 'running', 'waiting'];
const MAY_CANCEL: readonly ExecutionStatus[] = [...MAY_PAUSE, 'paused'];

/** What can be done with an execution in its state. */
export function Actions({ id, status, onDone }: { id: string; status: ExecutionStatus; onDone: () => void }) {
  return (
    <div class="actions">
      {MAY_PAUSE.includes(status) && (
        <ActionButton
          label="Pause"
          done="It is paused."
          run={async (client) => await client.attach(id).pause()}
          onDone={onDone}
        />
      )}
      {status === 'paused' && (
        <ActionButton
          label="Resume"
          tone="primary"
          done="It continues."
          run={async (client) => await client.attach(id).resume()}
          onDone={onDone}
        />
      )}
      {MAY_CANCEL.includes(status) && (
        <ActionButton
          label="Cancel"
          tone="danger"
          done="It is being cancelled."
          question={{ text: TEXTS.cancelQuestion, yes: TEXTS.cancelYes, no: TEXTS.cancelNo }}
          run={async (client) => await client.attach(id).cancel()}
          onDone={onDone}
        />
      )}
      {(status === 'failed' || status === 'cancelled') && <RerunFailed id={id} />}
      <a href={linkTo(['new'], { from: id })}>{LIKE}</a>
      {hasEnded(status) && <WorkspaceLink id={id} at="now" label="Download the workspace" />}
    </div>
  );
}
