import type { SEARCHED_STREAMS, SearchHit } from '@cc-executor/contracts';

/** The start of a stored output, and the length of the whole. */
export interface OutputStart {
  text: string;
  totalBytes: number;
}

/** The address of an attempt's output. */
export interface OutputAddress {
  executionId: string;
  /** From 1. */
  task: number;
  /** From 1; 0: what was carried over from another execution. */
  attempt: number;
  /** `result`: a prompt's final answer. */
  stream: 'stdout' | 'stderr' | 'result';
}

/** Reads whole outputs. */
export interface OutputReader {
  /** Returns the first `limit` bytes, cut at a character; an output that was never written is empty. */
  start(address: OutputAddress, limit: number): Promise<OutputStart>;
  /** The last `limit` bytes, from a character on; null: nothing is kept of it. */
  tail(address: OutputAddress, limit: number): Promise<string | null>;
}

/** The scope of a search. */
export interface SearchedPlace extends Omit<OutputAddress, 'stream'> {
  stream: (typeof SEARCHED_STREAMS)[number];
}

/** A text that is looked for in an output. */
export interface TextSearch {
  text: string;
  /** False: letters of ASCII are equal in any case. */
  matchCase: boolean;
  /** The byte at which the search begins. */
  from: number;
  /** How many hits are passed over before the first one that is described. */
  skip: number;
  /** How many hits are described; all are counted. */
  limit: number;
  /** Stops after this many bytes. */
  most: number;
  signal?: AbortSignal | undefined;
}

/** The findings. */
export interface FoundText {
  count: number;
  /** How many bytes were searched. */
  bytes: number;
  hits: Pick<SearchHit, 'at' | 'line' | 'line_at' | 'before' | 'match' | 'after'>[];
}

/** Searches whole outputs. */
export interface TextSearcher {
  /** Searches one output, or the messages of an agent, in linear time; nothing is found in one that does not exist. */
  search(place: SearchedPlace, search: TextSearch): Promise<FoundText>;
}
