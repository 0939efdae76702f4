/** A task describes itself at the start or the end of its text; in characters. */
const START = 6000;
const END = 2000;

/** Returns the part of a text that is analysed: all of a short one, both ends of a long one, to bound the cost. */
export function visibleText(text: string): string {
  return text.length <= START + END ? text : `${text.slice(0, START)}\n${text.slice(-END)}`;
}
