/** The search over outputs and messages. */
export const SEARCH = {
  title: 'Search',
  text: 'Text in outputs and in what agents said',
  time: 'Of lists in',
  in: 'In',
  task: (number: number) => `, task ${String(number)}`,
  nowhere: (size: string) => `It is nowhere in ${size} of output.`,
  found: (count: string, isOne: boolean, size: string, listed: string) =>
    `Found ${count} ${isOne ? 'time' : 'times'} in ${size} of output${listed}.`,
  noneHere: '; none of them is here',
  listed: (from: string, to: string) => `; those from ${from} to ${to} are listed`,
  pages: 'Pages of hits',
  before: 'Hits before these',
  after: 'Hits after these',
  hit: (list: string, task: number) => `${list}, task ${String(task)}`,
  line: (number: string) => `, line ${number}`,
  message: (number: string) => `, message ${number}`,
} as const;
