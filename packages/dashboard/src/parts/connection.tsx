import type { Following } from '../live/use-follow.ts';
import { sentenceOf } from '../words.ts';

/** Whether what is shown follows the server. */
export function Connection({ connection }: Pick<Following<object>, 'connection'>) {
  if (connection === 'ended') return null;
  if (connection === 'live')
    return (
      <span class="live-dot" role="status">
        live
      </span>
    );
  return (
    <span class="bad" role="alert">
      {sentenceOf(connection.error)}
    </span>
  );
}
