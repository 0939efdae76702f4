import { useCall } from '../live/hooks.ts';
import { toList } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { HOOKS } from '../texts/installation.tsx';
import { clock, duration, sentenceOf } from '../words.ts';
import { Badge } from './badge.tsx';

/** The hooks of the installation, and how their last runs went. */
export function Hooks() {
  const { value, error } = useCall(async (client, signal) => await client.hookStatus({ signal }), ['hooks']);
  if (value === null) return <p class="muted">{error === null ? TEXTS.loading : sentenceOf(error)}</p>;
  if (value.hooks.length === 0) return <p class="muted">{TEXTS.noHooks}</p>;
  return (
    <>
      <ul class="rows">
        {value.hooks.map(({ name, stage, source, required }) => (
          <li>
            <b>{name}</b> <span class="muted">{stage.replaceAll('_', ' ')}</span> <code>{source}</code>{' '}
            {required && <Badge tone="" text={HOOKS.required} />}
          </li>
        ))}
      </ul>
      <ul class="rows">
        {value.recent_executions.map(({ at, hook, execution_id, result, message, execution_time }) => (
          <li>
            <Badge
              tone={result === 'failed' || result === 'timed_out' ? 'bad' : ''}
              text={result.replaceAll('_', ' ')}
            />{' '}
            {hook} {HOOKS.of} <a href={toList(execution_id)}>{execution_id}</a>{' '}
            <span class="muted">
              {clock(at)}, {duration(execution_time)}
            </span>{' '}
            {message}
          </li>
        ))}
      </ul>
    </>
  );
}
