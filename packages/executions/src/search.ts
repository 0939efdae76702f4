import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import { CcError, SEARCHED_STREAMS, type SearchHit, type SearchView } from '@cc-executor/contracts';
import type { History } from './ports/history.ts';
import type { TextSearcher } from './ports/outputs.ts';
import type { ExecutionStore, LabelQuery, StoredExecution } from './ports/store.ts';
import { readStored } from './stored-execution.ts';
import { executionsIn, readRows } from './report/read-report.ts';
import { RowTotals } from './report/row-totals.ts';

/** The amount that is searched for one request. */
const MOST_BYTES = 2 * 1024 ** 3;
const MOST_OUTPUTS = 50_000;
const MOST_PLACES = 500;

type Stream = (typeof SEARCHED_STREAMS)[number];

/** The text of a search, and its scope. */
interface SearchQuery {
  q: string;
  matchCase: boolean;
  /** How many hits are passed over before the first one that is listed. */
  skip: number;
  /** How many hits are listed. */
  limit: number;
  /** Only in this stream; default: all. */
  stream?: Stream | undefined;
}

export interface ExecutionSearch extends SearchQuery {
  task?: number | undefined;
  attempt?: number | undefined;
  /** The byte of each output at which the search begins. */
  from: number;
}

interface NightSearch extends SearchQuery {
  since: Date;
  until: Date;
  labels?: readonly LabelQuery[] | undefined;
}

interface Ports {
  store: Pick<ExecutionStore, 'list' | 'read' | 'readStatus'>;
  outputs: TextSearcher;
  history: Pick<History, 'read'>;
}

/** Searches the outputs of one execution. Throws EXECUTION_NOT_FOUND, TASK_NOT_FOUND. */
export async function searchExecution(
  { store, outputs }: Pick<Ports, 'store' | 'outputs'>,
  executionId: string,
  query: ExecutionSearch,
  signal: AbortSignal,
): Promise<SearchView> {
  const execution = await readStored(store, executionId);
  const { task } = query;
  if (task !== undefined && !taskAt(execution.state.tasks, task))
    throw new CcError('TASK_NOT_FOUND', `The execution "${executionId}" has no task ${String(task)}.`);
  const search = new Search(outputs, query, signal);
  await search.through(execution, query);
  return search.view([]);
}

/** Searches the outputs of all executions that were active between two times, the newest first. */
export async function searchNight(
  { store, outputs, history }: Ports,
  query: NightSearch,
  signal: AbortSignal,
): Promise<SearchView> {
  const { since, until, labels } = query;
  const partial: string[] = [];
  const time = { from: since, to: until };
  const active = labels ? new Set<string>() : await readRows(history, time, new RowTotals(), []);
  const search = new Search(outputs, query, signal);
  for (const { execution_id } of await executionsIn(store, { since, until, labels }, active, partial)) {
    if (search.isFull) break;
    try {
      const execution = await store.read(execution_id);
      if (execution) await search.through(execution, { from: 0 });
    } catch (error) {
      if (!(error instanceof CcError)) throw error;
      partial.push(`The list ${execution_id} could not be read: ${error.message}`);
    }
  }
  return search.view(partial);
}

/** One search, over any number of outputs. */
class Search {
  readonly #outputs: TextSearcher;
  readonly #query: SearchQuery;
  readonly #signal: AbortSignal;
  readonly #places: SearchView['places'] = [];
  readonly #hits: SearchHit[] = [];
  #count = 0;
  #bytes = 0;
  #outputsSearched = 0;

  constructor(outputs: TextSearcher, query: SearchQuery, signal: AbortSignal) {
    this.#outputs = outputs;
    this.#query = query;
    this.#signal = signal;
  }

  /** Whether no more is searched. */
  get isFull(): boolean {
    return this.#signal.aborted || this.#bytes >= MOST_BYTES || this.#outputsSearched >= MOST_OUTPUTS;
  }

  async through(
    { record, state }: StoredExecution,
    only: Pick<ExecutionSearch, 'task' | 'attempt' | 'from'>,
  ): Promise<void> {
    const { q: text, matchCase, skip, limit, stream: asked } = this.#query;
    for (const [task, { attempt: last }] of numbered(state.tasks)) {
      if (only.task !== undefined && only.task !== task) continue;
      for (let attempt = only.attempt ?? 1; attempt <= (only.attempt ?? last); attempt += 1)
        for (const stream of asked === undefined ? SEARCHED_STREAMS : [asked]) {
          if (this.isFull) return;
          const { execution_id } = record;
          const address = { executionId: execution_id, task, attempt, stream };
          const found = await this.#outputs.search(address, {
            text,
            matchCase,
            from: only.from,
            skip: Math.max(0, skip - this.#count),
            limit: limit - this.#hits.length,
            most: MOST_BYTES - this.#bytes,
            signal: this.#signal,
          });
          this.#outputsSearched += 1;
          this.#bytes += found.bytes;
          if (found.count === 0) continue;
          this.#count += found.count;
          const where = { execution_id, task, attempt, stream };
          if (this.#places.length < MOST_PLACES) this.#places.push({ ...where, count: found.count });
          this.#hits.push(...found.hits.map((hit) => ({ ...where, ...hit })));
        }
    }
  }

  view(partial: string[]): SearchView {
    const full = `Only the first ${String(this.#outputsSearched)} outputs were searched, ${String(this.#bytes)} bytes.`;
    return {
      q: this.#query.q,
      count: this.#count,
      bytes: this.#bytes,
      places: this.#places,
      hits: this.#hits,
      partial: this.isFull ? [...partial, full] : partial,
    };
  }
}
