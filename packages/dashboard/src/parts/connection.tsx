import type { Following } from '../live/use-follow.ts';
import { TEXTS } from '../texts.ts';
import { Failure } from './notice.tsx';
import { Stale } from './stale.tsx';

/** Says that what is shown is live; nothing else, which `Broken` says. */
export function Connection({ connection }: Pick<Following<object>, 'connection'>) {
  return connection === 'live' ? (
    <span class="live-dot" role="status">
      {TEXTS.live}
    </span>
  ) : null;
}

/** Says why what is shown does not follow the server, where that is so, with a way on. */
export function Broken({
  connection,
  reload,
}: Pick<Following<object>, 'connection'> & { reload: () => void }) {
  if (connection === 'away') return <Stale />;
  return typeof connection === 'object' ? <Failure error={connection.error} reload={reload} /> : null;
}
