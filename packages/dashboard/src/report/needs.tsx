import type { ReportNeed } from '@cc-executor/sdk';
import { ActionButton } from '../parts/action-button.tsx';
import { Badge } from '../parts/badge.tsx';
import { toList, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { REPORT } from '../texts/report.ts';

/** Executions that cannot continue, or should not be trusted, without a person; each with its one action. */
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
            <Badge tone="warn" text={REPORT.needs[kind] ?? kind.replaceAll('_', ' ')} />{' '}
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
              label={REPORT.resume}
              done={REPORT.resumed}
              run={async (client) => await client.attach(id).resume()}
              onDone={onDone}
            />
          )}
        </article>
      ))}
    </section>
  );
}
