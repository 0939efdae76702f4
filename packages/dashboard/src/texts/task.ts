/** The page of one task. */
export const TASK = {
  task: (number: number) => `task ${String(number)}`,
  toList: 'Go to the list.',
  expected: (time: string) => ` (expected ${time})`,
  paused: (time: string) => `paused for ${time}`,
  exitCode: (code: number) => `exit code ${String(code)}`,
  attempts: 'Attempts',
  attempt: (number: number) => `Attempt ${String(number)}`,
  parts: 'Parts of the task',
  notStarted: 'It was not started.',
  tabs: {
    story: 'Story',
    output: 'Output',
    stderr: 'Errors',
    changes: 'Changes',
    proof: 'Proof',
    asked: 'Asked',
    attempts: 'Attempts',
  },
} as const;

/** Texts about the prompt. */
export const ASKED = {
  sent: 'What was sent',
  made: 'What was made of it',
  asked: 'What was asked',
  hook: 'The hook',
  set: 'set',
  difference: 'Compare it with what was asked',
  changed: 'It changed the text',
} as const;

/** The attempts beside each other. */
export const ATTEMPTS = {
  title: 'Attempts beside each other',
  after: (reason: string) => `: ${reason}`,
  running: 'running',
  passed: 'passed',
  failed: 'failed',
  files: (count: number, added: number, removed: number) =>
    `${String(count)} ${count === 1 ? 'file' : 'files'}, +${String(added)} −${String(removed)}`,
  end: (attempt: number) => `The end of attempt ${String(attempt)}`,
  rows: {
    outcome: 'outcome',
    message: 'message',
    exitCode: 'exit code',
    time: 'time',
    paused: 'paused',
    expected: 'expected',
    model: 'model',
    turns: 'turns',
    cost: 'cost',
    tokens: 'tokens',
    checks: 'checks',
    findings: 'findings',
    answer: 'answer',
    files: 'files',
    output: 'end of output',
  },
} as const;

/** Texts about the facts of an attempt. */
export const PROOF = {
  passed: 'passed',
  afterFix: (round: number) => ` after fix ${String(round)}`,
  endOf: (command: string) => `The end of ${command}`,
  noChecks: 'No check was run after the task.',
  validated: (isAccepted: boolean, reason: string | null) =>
    `The validator ${isAccepted ? 'accepted' : 'did not accept'} the answer. ${reason ?? ''}`,
  files: 'Changed files',
  bytes: (count: string) => `${count} bytes`,
  calls: 'Tool calls',
  more: (count: number) => `And ${String(count)} more.`,
} as const;
