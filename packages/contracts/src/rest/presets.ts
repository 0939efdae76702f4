/** The names of ready schemas, by which `json` requests one. */
export const JSON_PRESETS = ['report'] as const;

/** The value of an answer that was requested with `json: "report"`. */
export interface JsonReport {
  /** The answer itself. */
  result: string;
  /** Paths of the files that it created, from the workspace. */
  files_created: string[];
  /** Paths of the files that it changed, from the workspace. */
  files_modified: string[];
  /** The work, in one or two sentences. */
  summary: string;
}

const paths = (what: string) => ({
  type: 'array',
  items: { type: 'string' },
  description: `The paths of the files that were ${what}, from the working directory.`,
});

/** The schemas themselves. Their fields about files are compared with what happened, as those of any answer. */
export const JSON_SCHEMAS: Readonly<Record<(typeof JSON_PRESETS)[number], Record<string, unknown>>> = {
  report: {
    type: 'object',
    properties: {
      result: { type: 'string', description: 'The answer itself.' },
      files_created: paths('created'),
      files_modified: paths('modified'),
      summary: { type: 'string', description: 'What was done, in one or two sentences.' },
    },
    required: ['result', 'files_created', 'files_modified', 'summary'],
  },
};

/** The names of sets of options, by which `profile` requests one. */
export const PROFILES = ['cc_executor'] as const;

/**
 * The options of a profile, for prompts that do not say otherwise. cc_executor did all of this by default: it rewrote
 * prompts, cut long ones, asked for shorter answers, learned timeouts, tried three times and looked for a UUID.
 */
export const PROFILE_OPTIONS = {
  cc_executor: {
    timeout: 'auto',
    retries: 2,
    amend_prompt: true,
    on_too_long: 'truncate',
    on_output_limit: 'retry_shorter',
    uuid: true,
  },
} as const satisfies Record<(typeof PROFILES)[number], object>;
