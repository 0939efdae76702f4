import { TEXTS } from '../texts.ts';
import { isAway } from '../words.ts';
import { Notice, OtherVersion } from './notice.tsx';

/** Says that what is shown may be out of date. `error`: why; absent: the server cannot be reached. */
export function Stale({ error }: { error?: unknown }) {
  if (error !== undefined && !isAway(error)) return <OtherVersion error={error} />;
  return <Notice tone="warn" text={TEXTS.stale} />;
}
