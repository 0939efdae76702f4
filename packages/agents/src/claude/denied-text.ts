import type { Denial } from '@cc-executor/contracts';

const MOST_LISTED = 20;
const MOST_SHOWN = 5;
const SHOWN_CHARACTERS = 120;

/** Returns the denials that an attempt's end lists. */
export function listedDenials(denials: readonly Denial[]): Denial[] {
  return denials.slice(0, MOST_LISTED);
}

/** Returns a sentence that names the calls that were denied, each once, by tool and by file or command. */
export function deniedText(denials: readonly Denial[]): string {
  const calls = [...new Set(denials.map(({ tool, what }) => `${tool} (${short(what)})`))];
  const more = calls.length > MOST_SHOWN ? `, and ${String(calls.length - MOST_SHOWN)} more` : '';
  return `Denied: ${calls.slice(0, MOST_SHOWN).join(', ')}${more}.`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}
