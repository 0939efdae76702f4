/** Texts about the events of a whole list. */
export const MOMENTS = {
  queued: 'It was submitted.',
  started: 'A worker began it.',
  continued: 'A worker continued it.',
  lost: (worker: string) => `The worker ${worker} was lost; another one continued it.`,
  paused: (reason: string) => `Paused: ${reason}.`,
  resumed: 'Resumed.',
  waiting: (reason: string, until: string) => `Waits until ${until}: ${reason}.`,
  cancelling: 'A cancel was accepted.',
  completed: 'Every task succeeded.',
  failed: (reason: string) => `It failed: ${reason}`,
  cancelled: 'It was cancelled.',
  handedBack: 'Its worker was asked to stop, and returned it.',
  rewound: 'Redis lost the last events; others have their numbers now.',
} as const;

/** Texts in the story of a task besides its agent's messages and actions. */
export const NOTES = {
  session: (model: string, session: string) => `${model}, session ${session}`,
  repeated: (attempt: number, most: number) =>
    `The request to the model is repeated (${String(attempt)} of ${String(most)}).`,
  amended: (hook: string) => `The hook ${hook} changed what was sent.`,
  hook: (hook: string, message: string) => `The hook ${hook}: ${message}`,
  rewritten: 'The prompt was rewritten before it was sent.',
  checking: (command: string) => `A check runs: ${command}`,
  ended: (outcome: string, message: string | null) => `${outcome}: ${message ?? ''}`,
} as const;
