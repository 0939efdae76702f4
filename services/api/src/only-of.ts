import { EVENTS, isLastEvent } from '@cc-executor/contracts';
import type { Followed, StoredEvent } from '@cc-executor/executions';

/** Types of events that may be trimmed from a log. */
const OUTPUT: ReadonlySet<string> = new Set(
  Object.entries(EVENTS)
    .filter(([, { output }]) => output)
    .map(([type]) => type),
);

/** Returns what leaves out the events that a follower did not ask for. The last event of a log always stays. */
export function onlyOf({
  task,
  output,
}: {
  task?: number | undefined;
  output: string;
}): (followed: Followed) => Followed {
  const wanted = (event: StoredEvent) =>
    isLastEvent(event.type) ||
    ((output === 'true' || !OUTPUT.has(event.type)) && (task === undefined || isOf(event, task)));
  return (followed) =>
    followed.kind === 'events' ? { kind: 'events', events: followed.events.filter(wanted) } : followed;
}

function isOf({ json }: StoredEvent, task: number): boolean {
  const { task: own = task } = JSON.parse(json) as { task?: number };
  return own === task;
}
