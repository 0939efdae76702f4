/** Returns a number with its noun: `1 task`, `3 tasks`. `many`: for nouns whose plural does not just add an s. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
