import { EVENT_TYPES, HOOK_STAGES } from '@cc-executor/contracts';
import { z } from 'zod';

/** The default timeout of a hook, in seconds. */
const DEFAULT_TIMEOUT = 30;
const MOST_SECONDS = 3600;

const timeout = z
  .number('must be a number of seconds')
  .positive('must be more than 0 seconds')
  .max(MOST_SECONDS, `must be at most ${String(MOST_SECONDS)} seconds`);
const words = z.string('must be a string').min(1, 'must not be empty');

const Entry = z
  .strictObject(
    {
      command: z
        .union(
          [words, z.array(words).min(1, 'must not be empty')],
          'must be a command line, or a list of its words',
        )
        .optional(),
      module: words.optional(),
      name: z
        .string('must be a string')
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
          'must be 1 to 64 letters, digits, dots, dashes or underscores',
        )
        .optional(),
      timeout: timeout.optional(),
      required: z.boolean('must be true or false').default(false),
      events: z
        .array(z.enum(EVENT_TYPES, 'must be a type of event'), 'must be a list of types of events')
        .min(1, 'must not be empty')
        .optional(),
    },
    'must be a command line, or an object with a command or a module',
  )
  .refine(({ command, module }) => (command === undefined) !== (module === undefined), {
    error: 'needs exactly one of command and module',
  });
export type HooksFileEntry = z.output<typeof Entry>;

const stage = z
  .array(
    z.union(
      [words.transform((command) => Entry.parse({ command })), Entry],
      'must be a command line or an object',
    ),
    'must be a list of hooks',
  )
  .default([]);

/** The settings file of hooks. */
export const HooksFile = z.strictObject(
  {
    timeout: timeout.default(DEFAULT_TIMEOUT),
    hooks: z
      .strictObject(
        Object.fromEntries(HOOK_STAGES.map((name) => [name, stage])) as Record<
          (typeof HOOK_STAGES)[number],
          typeof stage
        >,
        'must be an object of stages',
      )
      .default({ pre_execution: [], pre_task: [], post_task: [], post_execution: [], on_event: [] }),
  },
  'must be an object like {timeout, hooks}',
);
export type HooksFile = z.output<typeof HooksFile>;
