import { ExecutionPage } from '@cc-executor/contracts';
import { counted } from '@cc-executor/contracts/english';
import { clean } from './short-line.ts';

type Listed = ExecutionPage['executions'][number];

/** The lists that have not ended. */
export interface OpenLists {
  /** Those that a worker works on, or will without anybody's doing. */
  continuing: readonly Listed[];
  /** Those that somebody has to resume. */
  paused: readonly Listed[];
}

const CONTINUING = ['running', 'waiting', 'queued'] as const;
/** The number that is named; the others are counted. */
const NAMED = 5;
const ANSWER_MS = 3000;

/**
 * Returns the lists that have not ended, as the API reports them; null if it does not answer.
 * `submittedBefore`: only those that were submitted before this time, in milliseconds since the epoch; default all.
 */
export async function readOpenLists(
  apiUrl: string,
  apiKey: string | undefined,
  submittedBefore?: number,
): Promise<OpenLists | null> {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const to = submittedBefore === undefined ? '' : `&to=${new Date(submittedBefore).toISOString()}`;
  const read = async (status: string) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`${apiUrl}/executions?status=${status}&limit=100${to}`, { headers, signal });
    return ExecutionPage.parse(await answer.json()).executions;
  };
  try {
    const [paused, ...continuing] = await Promise.all([read('paused'), ...CONTINUING.map(read)]);
    return { paused, continuing: continuing.flat() };
  } catch {
    return null;
  }
}

/** Returns what a start has to say of them, line by line. */
export function linesAtStart({ continuing, paused }: OpenLists): string[] {
  const goOn = `${counted(continuing.length, 'list')} ${continuing.length === 1 ? 'continues' : 'continue'} where the last run ended`;
  const stay = `${counted(paused.length, 'list')} ${paused.length === 1 ? 'is' : 'are'} paused until "cc-executor resume <id>"`;
  return [...named(goOn, continuing), ...named(stay, paused)];
}

/** Returns what an end has to say of them, line by line. */
export function linesAtEnd({ continuing, paused }: OpenLists): string[] {
  const goOn = `${counted(continuing.length, 'list')} will continue at the next start`;
  const stay = `${counted(paused.length, 'list')} will still be paused`;
  return [...named(goOn, continuing), ...named(stay, paused)];
}

function named(what: string, lists: readonly Listed[]): string[] {
  if (lists.length === 0) return [];
  const more = lists.length - NAMED;
  return [
    `${what}:`,
    ...lists.slice(0, NAMED).map((list) => `  ${nameOf(list)}`),
    ...(more > 0 ? [`  and ${String(more)} more ("cc-executor list")`] : []),
  ];
}

function nameOf({ execution_id: id, title, settled_tasks: settled, total_tasks: total }: Listed): string {
  const words = title == null ? '' : `  ${clean(title)}`;
  return `${id}${words}  (${String(settled)} of ${counted(total, 'task')} done)`;
}
