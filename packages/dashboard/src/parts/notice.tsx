import type { ComponentChildren } from 'preact';
import { TEXTS } from '../texts.ts';
import { sentenceOf } from '../words.ts';

interface Props {
  tone: 'bad' | 'warn' | 'plain';
  text: string;
  children?: ComponentChildren;
}

/** A sentence about the state of the page, and a way on. */
export function Notice({ tone, text, children }: Props) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Why something is not shown. */
export function Failure({ error, reload }: { error: unknown; reload: () => void }) {
  return (
    <Notice tone="bad" text={sentenceOf(error)}>
      <p>
        <button type="button" onClick={reload}>
          {TEXTS.tryAgain}
        </button>{' '}
        <a href="#/">{TEXTS.toMorning}</a>
      </p>
    </Notice>
  );
}

/** Says that what the server sent cannot be shown by this page. */
export function OtherVersion({ error }: { error: unknown }) {
  return (
    <Notice tone="bad" text={TEXTS.otherVersion}>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {TEXTS.loadAgain}
        </button>
      </p>
      <p class="muted">{sentenceOf(error)}</p>
    </Notice>
  );
}
