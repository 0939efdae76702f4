import type { RestoreOptions, RestoreView } from '@cc-executor/sdk';
import { useRef, useState } from 'preact/hooks';
import { useClient } from '../live/hooks.ts';
import { noteRefusal } from '../session.ts';
import { KEPT_WORDS, RESTORE_WORDS, TEXTS } from '../texts.ts';
import { RESTORE } from '../texts/way-back.ts';
import { sentenceOf } from '../words.ts';

interface Props {
  id: string;
  /** To what: "before task 3". */
  point: string;
  to: RestoreOptions;
  onDone: () => void;
}

/** The number of changes that are listed before a restore. */
const LISTED = 100;

/** Restores a workspace after a preview of the changes. The state before is kept, and can be restored. */
export function RestoreButton({ id, point, to, onDone }: Props) {
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [plan, setPlan] = useState<RestoreView | null>(null);
  const [left, setLeft] = useState<string | null>(null);
  const [said, say] = useState<{ text: string; isBad: boolean }>({ text: '', isBad: false });
  const [isBusy, setBusy] = useState(false);
  const call = async (options: RestoreOptions): Promise<RestoreView | null> => {
    setBusy(true);
    say({ text: '', isBad: false });
    try {
      return await client.attach(id).restore(options);
    } catch (error) {
      noteRefusal(error);
      say({ text: sentenceOf(error), isBad: true });
      return null;
    } finally {
      setBusy(false);
    }
  };
  const ask = async () => {
    const asked = await call({ ...to, dryRun: true });
    setPlan(asked);
    if (asked !== null) dialog.current?.showModal();
  };
  const restore = async (options: RestoreOptions, text: string) => {
    const done = await call(options);
    if (done === null) return;
    setLeft(done.left);
    say({ text, isBad: false });
    onDone();
  };
  return (
    <span class="action">
      <button type="button" disabled={isBusy} onClick={() => void ask()}>
        {RESTORE.title(point)}
      </button>
      <span role="status" class={said.isBad ? 'bad' : 'muted'}>
        {said.text}
      </span>
      {left !== null && !isBusy && (
        <button type="button" onClick={() => void restore({ snapshot: left }, TEXTS.restoreUndone)}>
          {RESTORE.undo}
        </button>
      )}
      <dialog ref={dialog} aria-label={RESTORE.title(point)}>
        {plan !== null && <Plan plan={plan} point={point} />}
        <form method="dialog" class="buttons">
          {plan !== null && plan.changes_total > 0 && (
            <button type="submit" class="danger" onClick={() => void restore(to, RESTORE.done(point))}>
              {RESTORE.yes}
            </button>
          )}
          <button type="submit">{TEXTS.restoreNo}</button>
        </form>
      </dialog>
    </span>
  );
}

function Plan({
  plan: { changes, changes_total: total, kept },
  point,
}: {
  plan: RestoreView;
  point: string;
}) {
  return (
    <>
      <p>{RESTORE.plan(total, point)}</p>
      <ul class="rows files" aria-label={RESTORE.changes}>
        {changes.slice(0, LISTED).map(({ path, action }) => (
          <li>
            {RESTORE_WORDS[action]} <code>{path}</code>
          </li>
        ))}
      </ul>
      {total > LISTED && <p class="muted">{RESTORE.more(total - LISTED)}</p>}
      {kept.length > 0 && (
        <>
          <p>{TEXTS.restoreKept}</p>
          <ul class="rows files" aria-label={RESTORE.kept}>
            {kept.slice(0, LISTED).map(({ path, why }) => (
              <li>
                <code>{path}</code> <span class="muted">{KEPT_WORDS[why]}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
