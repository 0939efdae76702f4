import { useCall } from '../live/hooks.ts';
import { toTask } from '../route.ts';
import { clock } from '../words.ts';
import { Notice } from './notice.tsx';
import { PLACES } from '../texts/places.ts';

/** Where an event is shown that is not of the execution as a whole: with its task. */
export function EventPlace({ id, seq }: { id: string; seq: number }) {
  const { value } = useCall(
    async (client, signal) => {
      for await (const item of client.attach(id).events({ after: seq - 1, signal }))
        return 'seq' in item && item.seq === seq ? item : null;
      return null;
    },
    ['event', id, seq],
  );
  if (value?.task === undefined) return null;
  const { task, attempt, type, at } = value;
  return (
    <Notice tone="plain" text={PLACES.event(seq, type, task, clock(at))}>
      <a href={toTask(id, task, { event: seq, ...(attempt !== undefined && { attempt }) })}>
        {PLACES.toTask}
      </a>
    </Notice>
  );
}
