import type { SearchView } from '@cc-executor/contracts';
import type { Transport } from './transport.ts';

/** How a text is looked for. */
export interface SearchOptions {
  /** True: letters are equal only in the same case; default false. */
  matchCase?: boolean | undefined;
  /** Only in this stream; `messages`: what an agent said, thought, and asked of and got from tools. Default: all. */
  stream?: 'stdout' | 'stderr' | 'messages' | undefined;
  /** How many hits are passed over before the first one that is listed: to list them page by page; default 0. */
  skip?: number | undefined;
  /** How many hits are listed, 1 to 1000; default 100. All are counted. */
  limit?: number | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** The scope of a search in one execution. */
export interface ExecutionSearchOptions extends SearchOptions {
  /** From 1; default: all. */
  task?: number | undefined;
  /** From 1; default: all. */
  attempt?: number | undefined;
  /** The byte of each output at which the search begins; default 0. */
  from?: number | undefined;
}

/** Sends a search; values that are undefined are left out. */
export async function askForSearch(
  transport: Transport,
  path: string,
  q: string,
  {
    matchCase,
    signal,
    ...rest
  }: SearchOptions & Record<string, string | number | AbortSignal | boolean | readonly string[] | undefined>,
): Promise<SearchView> {
  const query = new URLSearchParams({ q });
  for (const [name, value] of Object.entries({ match_case: matchCase, ...rest }))
    for (const each of [value].flat()) if (each !== undefined) query.append(name, String(each));
  return await transport.json(`${path}?${query.toString()}`, { signal, takesLong: true });
}
