/** What a task is, is said at the start of its text or at the end; in characters. */
const START = 6000;
const END = 2000;

/** The text that is looked at: all of a short one, both ends of a long one, so that a large prompt costs no more. */
export function visibleText(text: string): string {
  return text.length <= START + END ? text : `${text.slice(0, START)}\n${text.slice(-END)}`;
}
