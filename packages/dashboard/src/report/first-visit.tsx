import { useCall } from '../live/hooks.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { toList } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { FIRST_TASKS, REPORT } from '../texts/report.ts';

/** The content of an empty report: a list to try in a new installation. */
export function FirstVisit({ spoken }: { spoken: string }) {
  const { value } = useCall(async (client, signal) => await client.list({ limit: 1, signal }), ['first']);
  if (value === null) return null;
  if (value.executions.length > 0) return <p>{REPORT.nothingIn(spoken)}</p>;
  return (
    <section class="card">
      <h2>{TEXTS.firstTitle}</h2>
      <p>{TEXTS.firstText}</p>
      <pre class="lines" tabIndex={0} aria-label={REPORT.tryList} role="region">
        {FIRST_TASKS.map(({ command }) => command).join('\n')}
      </pre>
      <ActionButton
        label={TEXTS.firstButton}
        done={REPORT.submitted}
        tone="primary"
        run={async (client) => {
          const execution = await client.execute(FIRST_TASKS, { on_failure: 'continue' });
          location.hash = toList(execution.id);
        }}
      />
    </section>
  );
}
