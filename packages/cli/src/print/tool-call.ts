import { subjectOf } from '@cc-executor/contracts/subject';
import { oneLine } from './print.ts';

/** A call of a tool as a person says it, in one line: `$ npm test`, `Read src/main.ts`. */
export function toolCallText(name: string, input: unknown): string {
  const subject = oneLine(subjectOf(input)).trim();
  return name === 'Bash' ? `$ ${subject}` : `${oneLine(name)} ${subject}`.trimEnd();
}
