import { z } from 'zod';

/** The possible problems of a task before it runs, in one sentence each. */
export const FINDINGS = {
  too_short: 'It is too short to mean anything.',
  vague: 'It does not say what it is about.',
  asks_back: 'It expects an answer from a person, and nobody is there to give it.',
  several_jobs: 'It has several jobs in it that have nothing to do with each other.',
  no_result: 'It states something and requests nothing.',
  missing_earlier: 'It refers to something that no earlier task of the list makes.',
  interactive: 'It needs a terminal with somebody at it, or never ends.',
  contradicting_tags: 'Its tags contradict each other, or name what there is not.',
} as const;

export type FindingCode = keyof typeof FINDINGS;

export const Finding = z
  .strictObject({
    code: z
      .enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]])
      .describe('which finding it is, by the table of findings'),
    message: z.string().describe('what was found, in which words, and what to do'),
  })
  .meta({ id: 'Finding' });
export type Finding = z.output<typeof Finding>;
