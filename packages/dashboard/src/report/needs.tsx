import type { ReportNeed } from '@cc-executor/sdk';
import { ActionButton } from '../parts/action-button.tsx';
import { Badge } from '../parts/badge.tsx';
import { toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';

const WORDS: Readonly<Record<ReportNeed['kind'], string>> = {
  login: 'login',
  spend_limit: 'spending',
  paused: 'paused',
  contradicted: 'contradicted',
  damaged: 'damaged',
  no_worker: 'no worker',
};

/** What cannot continue, or should not be trusted, without a person; each with its one action. */
export function Needs({ needs, onDone }: { needs: readonly ReportNeed[]; onDone: () => void }) {
  if (needs.length === 0) return null;
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">
        {TEXTS.needs} <span class="count warn">{needs.length}</span>
      </h2>
      {needs.map(({ kind, execution_id: id, task, title, sentence, action, todo }) => (
        <article class="card need">
          <h3>
            <Badge tone="warn" text={WORDS[kind]} />{' '}
            {id === null ? (
              title
            ) : (
              <a data-item href={task === null ? toList(id) : toTask(id, task)}>
                {title}
              </a>
            )}
          </h3>
          <p>{sentence}</p>
          <p class="muted">{todo}</p>
          {action === 'resume' && id !== null && (
            <ActionButton
              label="Resume"
              done="It continues."
              run={async (client) => await client.attach(id).resume()}
              onDone={onDone}
            />
          )}
        </article>
      ))}
    </section>
  );
}
