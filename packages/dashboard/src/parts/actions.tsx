import type { ExecutionStatus } from '@cc-executor/sdk';
import { hasEnded } from '../words.ts';
import { linkTo } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { ACTIONS } from '../texts/way-back.ts';
import { ActionButton } from './action-button.tsx';
import { RerunFailed, WorkspaceLink } from './way-back.tsx';

const MAY_PAUSE: readonly ExecutionStatus[] = ['queued', 'running', 'waiting'];
const MAY_CANCEL: readonly ExecutionStatus[] = [...MAY_PAUSE, 'paused'];

/** The possible actions on an execution in its state. */
export function Actions({ id, status, onDone }: { id: string; status: ExecutionStatus; onDone: () => void }) {
  return (
    <div class="actions">
      {MAY_PAUSE.includes(status) && (
        <ActionButton
          label={ACTIONS.pause}
          done={ACTIONS.paused}
          run={async (client) => await client.attach(id).pause()}
          onDone={onDone}
        />
      )}
      {status === 'paused' && (
        <ActionButton
          label={ACTIONS.resume}
          tone="primary"
          done={ACTIONS.resumed}
          run={async (client) => await client.attach(id).resume()}
          onDone={onDone}
        />
      )}
      {MAY_CANCEL.includes(status) && (
        <ActionButton
          label={ACTIONS.cancel}
          tone="danger"
          done={ACTIONS.cancelling}
          question={{ text: TEXTS.cancelQuestion, yes: TEXTS.cancelYes, no: TEXTS.cancelNo }}
          run={async (client) => await client.attach(id).cancel()}
          onDone={onDone}
        />
      )}
      {(status === 'failed' || status === 'cancelled') && <RerunFailed id={id} />}
      <a href={linkTo(['new'], { from: id })}>{ACTIONS.like}</a>
      {hasEnded(status) && <WorkspaceLink id={id} at="now" label={ACTIONS.download} />}
    </div>
  );
}
