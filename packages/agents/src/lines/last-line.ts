/** The most of a line that is reported, in UTF-16 units. */
const TOLD_UNITS = 300;

/** Returns a message with the last line of what a program wrote to its stderr, if it wrote something. */
export function withStderr(message: string, stderr: string): string {
  const last = stderr.split('\n').at(-1)?.trim() ?? '';
  return last === '' ? message : `${message} Its last line on stderr: ${last.slice(0, TOLD_UNITS)}`;
}
