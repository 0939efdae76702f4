import { z } from 'zod';

/** `messages`: what an agent said, thought, and asked of and got from tools. */
export const SEARCHED_STREAMS = ['stdout', 'stderr', 'messages'] as const;

const where = {
  execution_id: z.string().describe('the id of the execution'),
  task: z.int().positive().describe('the number of the task, from 1'),
  attempt: z.int().positive().describe('the number of the attempt, from 1'),
  stream: z
    .enum(SEARCHED_STREAMS)
    .describe(
      'where the text is: in an output of the attempt, or in the messages of its agent: what it said, thought, and asked of and got from tools',
    ),
};

/** One place where a text was found. */
export const SearchHit = z.strictObject({
  ...where,
  at: z
    .int()
    .nonnegative()
    .describe('the byte of the output at which it begins; of messages: that of `line_at`'),
  line: z
    .int()
    .positive()
    .nullable()
    .describe('the number of its line or message, from 1; null: it was not counted'),
  line_at: z.int().nonnegative().describe('the byte at which that line or message begins'),
  before: z.string().describe('the end of the line before it'),
  match: z.string().describe('the text that was found'),
  after: z.string().describe('the beginning of the line after it'),
});
export type SearchHit = z.output<typeof SearchHit>;

/** The hits of a search in outputs and messages. */
export const SearchView = z
  .strictObject({
    q: z.string().describe('what was searched for'),
    count: z.int().nonnegative().describe('all hits, also those that are not listed; exact unless `partial`'),
    bytes: z.int().nonnegative().describe('how much was searched'),
    places: z
      .array(z.strictObject({ ...where, count: z.int().positive().describe('hits at this place') }))
      .describe('the outputs that have it, at most 500'),
    hits: z
      .array(SearchHit)
      .describe('the hits of this page, in the order of executions, tasks, attempts and bytes'),
    partial: z.array(z.string()).describe('what was not searched, as sentences; empty: everything was'),
  })
  .meta({ id: 'Search' });
export type SearchView = z.output<typeof SearchView>;
