import { reasonText } from '@cc-executor/contracts/progress';
import type { Standing } from '../live/timeline.ts';
import { LIST } from '../texts/list.tsx';
import { clock } from '../words.ts';
import { Notice } from './notice.tsx';

/** Shows why a list waits or is paused, when it continues, and what a person can do. */
export function StandingNotice({ standing }: { standing: Standing }) {
  const { isWait, message, until, instructions } = standing;
  return (
    <Notice tone="warn" text={textOf(standing)}>
      {message !== null && <p>{message}</p>}
      {!isWait && until !== null && <p>{LIST.retried(clock(until))}</p>}
      {instructions.length > 0 && (
        <ul>
          {instructions.map((step) => (
            <li>{step}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

function textOf({ isWait, reason, until }: Standing): string {
  if (isWait) return LIST.waits(reasonText(reason), clock(until));
  return reason === 'user' ? LIST.pausedByUser : LIST.paused(reasonText(reason));
}
