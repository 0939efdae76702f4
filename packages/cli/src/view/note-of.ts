import type { Followed } from '@cc-executor/sdk';
import { oneLine } from '../print/print.ts';

/** Returns what an event says that is worth knowing beside the state of its task, in one line; null: nothing. */
export function noteOf(event: Followed): string | null {
  switch (event.type) {
    case 'task.warning':
    case 'task.stalled':
    case 'task.finding':
      return oneLine(event.data.message);
    case 'hook.warning':
      return `the hook ${oneLine(event.data.hook)}: ${oneLine(event.data.message)}`;
    case 'task.checked': {
      const { command, outcome, message } = event.data;
      return outcome === 'completed'
        ? null
        : `check ${oneLine(command)} failed: ${oneLine(message ?? outcome)}`;
    }
    default:
      return null;
  }
}
