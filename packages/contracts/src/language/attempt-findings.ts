import { z } from 'zod';

/** Findings when an answer is compared with the facts; `contradicts`: the answer makes a false claim. */
export const ATTEMPT_FINDINGS = {
  uuid_mismatched: { contradicts: true, means: 'The answer has another UUID than the requested one.' },
  uuid_absent: { contradicts: false, means: 'The answer has no UUID, although one was requested.' },
  file_missing: {
    contradicts: true,
    means: 'A file that is said to be created or modified is not there.',
  },
  not_created: { contradicts: true, means: 'A file that is said to be created was there before.' },
  not_modified: { contradicts: true, means: 'A file that is said to be modified is as it was.' },
  not_deleted: { contradicts: true, means: 'A file that is said to be deleted is there.' },
  outside_workspace: {
    contradicts: false,
    means: 'A file that is said to be changed is outside of the workspace, where nobody has looked.',
  },
  // Files that tests leave behind are not a false claim.
  unclaimed_change: { contradicts: false, means: 'Files have changed of which the answer says nothing.' },
  command_not_run: { contradicts: true, means: 'A command that is said to be run was not.' },
  command_failed: { contradicts: true, means: 'A command that is said to have passed failed.' },
  tests_not_run: { contradicts: true, means: 'Tests are said to pass, and none were run.' },
  tests_failed: { contradicts: true, means: 'Tests are said to pass, and those that were run last failed.' },
  more: { contradicts: true, means: 'There are more findings than are listed.' },
} as const satisfies Record<string, { contradicts: boolean; means: string }>;

export type AttemptFindingCode = keyof typeof ATTEMPT_FINDINGS;

/** A contradiction between an agent's claims and the facts. */
export const AttemptFinding = z
  .strictObject({
    code: z
      .enum(Object.keys(ATTEMPT_FINDINGS) as [AttemptFindingCode, ...AttemptFindingCode[]])
      .describe('of the table of findings'),
    message: z.string().describe('for people'),
    evidence: z.record(z.string(), z.unknown()).describe('the statement and the evidence'),
  })
  .meta({ id: 'AttemptFinding' });
export type AttemptFinding = z.output<typeof AttemptFinding>;
