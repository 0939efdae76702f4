import type { Heard } from './heard.ts';

const DAY_MS = 24 * 3600 * 1000;

/**
 * When a usage limit resets, as RFC 3339: from what Claude Code was told, else from its words ("resets 3:45pm", of this
 * machine's clock, or "…|<seconds since 1970>"); null when neither says it.
 */
export function resetTime(
  heard: Pick<Heard, 'limitResetsAt'>,
  words: string | null,
  now = new Date(),
): string | null {
  if (heard.limitResetsAt !== undefined) return new Date(heard.limitResetsAt * 1000).toISOString();
  const [, seconds] = /\|(\d{10})\b/.exec(words ?? '') ?? [];
  if (seconds !== undefined) return new Date(Number(seconds) * 1000).toISOString();
  const [, hour, minute = '0', half] =
    /resets (?:at )?(\d{1,2})(?::(\d{2}))? ?([ap]m)/i.exec(words ?? '') ?? [];
  if (hour === undefined || half === undefined) return null;
  const at = new Date(now);
  at.setHours((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0), Number(minute), 0, 0);
  return new Date(at.getTime() > now.getTime() ? at : at.getTime() + DAY_MS).toISOString();
}
