import type { CcExecutor } from '@cc-executor/sdk';
import { useRef, useState } from 'preact/hooks';
import { useClient } from '../live/hooks.ts';
import { noteRefusal } from '../session.ts';
import { sentenceOf } from '../words.ts';

interface Props {
  label: string;
  /** The message after success. */
  done: string;
  run: (client: CcExecutor) => Promise<unknown>;
  onDone?: () => void;
  /** Asked before it is done. */
  question?: { text: string; yes: string; no: string };
  tone?: 'danger' | 'primary';
}

/** A button that does one thing, and shows the result. */
export function ActionButton({ label, done, run, onDone, question, tone }: Props) {
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [state, set] = useState<{ busy: boolean; said: string; isBad: boolean }>({
    busy: false,
    said: '',
    isBad: false,
  });
  const act = async () => {
    set({ busy: true, said: '', isBad: false });
    try {
      await run(client);
      set({ busy: false, said: done, isBad: false });
      onDone?.();
    } catch (error) {
      noteRefusal(error);
      set({ busy: false, said: sentenceOf(error), isBad: true });
    }
  };
  return (
    <span class="action">
      <button
        type="button"
        class={tone}
        disabled={state.busy}
        onClick={() => (question ? dialog.current?.showModal() : void act())}
      >
        {label}
      </button>
      <span role="status" class={state.isBad ? 'bad' : 'muted'}>
        {state.said}
      </span>
      {question && (
        <dialog ref={dialog}>
          <p>{question.text}</p>
          <form method="dialog" class="buttons">
            <button type="submit" class="danger" onClick={() => void act()}>
              {question.yes}
            </button>
            <button type="submit">{question.no}</button>
          </form>
        </dialog>
      )}
    </span>
  );
}
