/** The report of a night. */
export const REPORT = {
  in: 'In ',
  spans: {
    '12h': 'the last 12 hours',
    '24h': 'the last day',
    '72h': 'the last 3 days',
    '168h': 'the last week',
  },
  asOf: (time: string) => `as of ${time}`,
  working: (time: string) => `${time} working`,
  waiting: (time: string) => `${time} waiting`,
  cost: (amount: string) => `cost ${amount}`,
  until: (time: string) => ` Until ${time}.`,
  branch: 'branch',
  commit: (commit: string) => ` Its commit is ${commit}.`,
  showAll: (count: number) => `Show all ${String(count)}`,
  nothingIn: (span: string) => `Nothing ran in ${span}. Choose a longer time above, or look at all lists.`,
  tryList: 'The list',
  submitted: 'It was submitted.',
  resume: 'Resume',
  resumed: 'It continues.',
  failed: 'failed',
  check: 'check: ',
  endOf: (what: string) => `The end of ${what}`,
  expected: (time: string) => ` (expected ${time})`,
  said: 'said ',
  known: 'known ',
  /** How many say that tests pass, and how many of them a check proves. */
  tests: (claimed: number, proven: number) => {
    const rest = claimed - proven;
    const end = rest > 0 ? `, ${String(rest)} not. Look at those first.` : '.';
    return `${String(claimed)} ${claimed === 1 ? 'says' : 'say'} that tests pass: ${String(proven)} proven by a check${end}`;
  },
  figures: {
    working: 'working',
    waiting: 'waiting',
    waitingFor: 'limits, pauses and retries',
    queued: 'queued',
    tokens: 'tokens',
    tokensOf: 'in and out, without the cache',
    cost: 'cost',
    estimate: 'estimate of the agent',
    unknownOf: (count: number) => `not known of ${String(count)} more`,
  },
  needs: {
    login: 'login',
    spend_limit: 'spending',
    paused: 'paused',
    contradicted: 'contradicted',
    damaged: 'damaged',
    no_worker: 'no worker',
    failed_list: 'list failed',
    not_delivered: 'not delivered',
  } as Readonly<Record<string, string>>,
} as const;

/** A list to try that needs no account: commands run without one. */
export const FIRST_TASKS = [
  { name: 'say hello', command: 'echo hello from cc-executor' },
  { name: 'count', command: 'for i in 1 2 3; do echo "step $i"; sleep 1; done' },
  { name: 'fail on purpose', command: 'echo "this file is missing: /no/such/file" >&2; ls /no/such/file' },
];
