import type { ComponentChildren } from 'preact';
import { CcServerError } from '@cc-executor/sdk';
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
  const code = error instanceof CcServerError ? error.code : null;
  const text =
    code === 'EXECUTION_NOT_FOUND'
      ? TEXTS.notFound
      : code === 'TASK_NOT_FOUND'
        ? TEXTS.noTask
        : sentenceOf(error);
  return (
    <Notice tone="bad" text={text}>
      <p>
        <button type="button" onClick={reload}>
          Try again
        </button>{' '}
        <a href="#/">{TEXTS.toMorning}</a>
      </p>
    </Notice>
  );
}
