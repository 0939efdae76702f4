/** A number and what there are so many of: `1 task`, `3 tasks`. Nouns whose plural is not theirs with an s are named. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
