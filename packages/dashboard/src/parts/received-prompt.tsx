import type { ExecutionView } from '@cc-executor/sdk';
import { useState } from 'preact/hooks';
import { useCall } from '../live/hooks.ts';
import type { PromptChange } from '../live/story.ts';
import { TEXTS } from '../texts.ts';
import { ASKED } from '../texts/task.ts';
import { DiffLines } from './diff-lines.tsx';
import { lineDiff } from './line-diff.ts';
import { Lines } from './lines.tsx';

type Task = ExecutionView['tasks'][number];

interface Props {
  id: string;
  task: Task;
  attempt: number;
  /** The changes of hooks, in order. */
  changes: readonly PromptChange[];
}

/** The prompt that the agent of an attempt received, byte for byte, and the steps from the original to it. */
export function ReceivedPrompt({ id, task, attempt, changes }: Props) {
  const { value, error } = useCall(
    async (client, signal) =>
      attempt === 0 ? null : await client.attach(id).receipt(task.task_number, { attempt, signal }),
    ['receipt', id, task.task_number, attempt, task.end?.receipt],
  );
  const sent = value?.sent ?? null;
  const { amendment } = task;
  return (
    <>
      {sent === null ? (
        (value !== null || error !== null || attempt === 0) && <p class="muted">{TEXTS.notSent}</p>
      ) : (
        <section aria-labelledby="sent">
          <h2 id="sent">{ASKED.sent}</h2>
          {sent.text === task.text ? (
            <p class="muted">{TEXTS.sentAsAsked}</p>
          ) : (
            <>
              <Lines lines={sent.text.split('\n')} label={ASKED.sent} />
              <Difference before={task.text} after={sent.text} label={ASKED.difference} />
            </>
          )}
          {sent.system_prompt !== null && (
            <details>
              <summary>{TEXTS.systemPrompt}</summary>
              <Lines lines={sent.system_prompt.split('\n')} label={TEXTS.systemPrompt} />
            </details>
          )}
        </section>
      )}
      {(changes.length > 0 || amendment !== null) && (
        <section aria-labelledby="made-of-it">
          <h2 id="made-of-it">{ASKED.made}</h2>
          <ol class="rows">
            {changes.map((change) => (
              <HookChange {...change} />
            ))}
            {amendment !== null && (
              <li>
                {amendment.amended === null ? TEXTS.notAmended : TEXTS.amended} {amendment.reason}
                <ul>
                  {amendment.changes.map((change) => (
                    <li>{change}</li>
                  ))}
                </ul>
              </li>
            )}
          </ol>
        </section>
      )}
      <section aria-labelledby="asked">
        <h2 id="asked">{ASKED.asked}</h2>
        {task.options.template === true && <p class="muted">{TEXTS.template}</p>}
        <Lines lines={task.text.split('\n')} label={ASKED.asked} />
      </section>
    </>
  );
}

/** A changed text. The comparison is computed when it is opened. */
function Difference({ before, after, label }: { before: string; after: string; label: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {isOpen && <DiffLines lines={lineDiff(before, after)} label={label} isBeside={false} hasSpace />}
    </details>
  );
}

function HookChange({ hook, stage, env, prompt }: PromptChange) {
  return (
    <li>
      {ASKED.hook} <b>{hook}</b> <span class="muted">{stage.replaceAll('_', ' ')}</span>
      {env.length > 0 && (
        <>
          {' '}
          {ASKED.set}{' '}
          {env.map((name, index) => (
            <>
              {index > 0 && ', '}
              <code>{name}</code>
            </>
          ))}
        </>
      )}
      {prompt !== null && <Difference before={prompt.asked} after={prompt.sent} label={ASKED.changed} />}
    </li>
  );
}
