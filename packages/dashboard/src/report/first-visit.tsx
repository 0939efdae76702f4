import { useCall } from '../live/hooks.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { toList } from '../route.ts';
import { TEXTS } from '../texts.ts';

/** Needs no account: commands run without one. */
const TASKS = [
  { name: 'say hello', command: 'echo hello from cc-executor' },
  { name: 'count', command: 'for i in 1 2 3; do echo "step $i"; sleep 1; done' },
  { name: 'fail on purpose', command: 'echo "this file is missing: /no/such/file" >&2; ls /no/such/file' },
];

/** What is shown where nothing ran: of a new installation, a list to try. */
export function FirstVisit({ spoken }: { spoken: string }) {
  const { value } = useCall(async (client, signal) => await client.list({ limit: 1, signal }), ['first']);
  if (value === null) return null;
  if (value.executions.length > 0)
    return <p>Nothing ran in {spoken}. Choose a longer time above, or look at all lists.</p>;
  return (
    <section class="card">
      <h2>{TEXTS.firstTitle}</h2>
      <p>{TEXTS.firstText}</p>
      <pre class="lines" tabIndex={0} aria-label="The list" role="region">
        {TASKS.map(({ command }) => command).join('\n')}
      </pre>
      <ActionButton
        label={TEXTS.firstButton}
        done="It was submitted."
        tone="primary"
        run={async (client) => {
          const execution = await client.execute(TASKS, { on_failure: 'continue' });
          location.hash = toList(execution.id);
        }}
      />
    </section>
  );
}
