/** The sentences of the page, in one place. */
export const TEXTS = {
  title: 'cc-executor',
  loading: 'Loading …',
  remains: (time: string) => `about ${time} remain`,
  live: 'live',
  stale: 'The server cannot be reached. What you see may be out of date. The page tries again by itself.',
  unreachable:
    'The server cannot be reached. If it does not run, "npm start" or "docker compose up" starts it. Then try again.',
  archiveDamaged: 'Its other files may be whole: "cc-executor verify" says what of it is.',
  storeAway:
    'Its Redis is away or restarts, or its disk is full: free some space where that is so. What the server has accepted is safe. Then try again.',
  tryAgain: 'Try again',
  copyRefused: 'The browser does not allow that. The download has it all.',
  moreOf: (characters: string) => `Show more of ${characters} characters`,
  loadAgain: 'Load the page again',
  keyTitle: 'This server requires a key',
  keyText:
    'It is one of CC_EXECUTOR_API_KEY, or the text of the file access-key in the data directory. It is kept in this tab only, until you close it.',
  keyWrong: 'The server did not accept this key.',
  keyLabel: 'Key',
  keyButton: 'Open',
  unknownPage: 'There is no such page here.',
  toMorning: 'Go to the report.',
  notFound: 'There is no such list here. It may have been removed after its retention time.',
  noTask: 'This list has no such task.',
  nothingRan: 'Nothing ran in this time.',
  firstTitle: 'Nothing has run yet',
  firstText:
    'This list needs no account: three commands, one of which fails. Run it to see what a report looks like.',
  firstButton: 'Run this list',
  partial: 'This report is not complete',
  needs: 'Needs you',
  failed: 'Failed',
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  changed: 'Changed',
  figures: 'Time and cost',
  unknown: 'not known',
  noOutput: 'Nothing was printed.',
  prunedOutput: 'The output is no longer kept. The other tabs show what is known about the end of the task.',
  noStory: 'The agent has said nothing yet.',
  gap: 'Part of the output is no longer in the log. While it is kept, the complete output is on the tab "Output".',
  noReceipt: 'There is no receipt of this attempt.',
  notSent: 'What was sent is known when the attempt has ended, while its receipt is kept.',
  sentAsAsked: 'It was sent as it was asked.',
  systemPrompt: "What was added to the agent's own instructions",
  amended: 'An agent rewrote the prompt.',
  notAmended: 'An agent looked at the prompt and left it as it was.',
  template: 'Its {{…}} are replaced by earlier results before it is sent.',
  noChanges: 'No file changed.',
  noChangesKnown: 'What changed is not known.',
  otherVersion:
    'A part of the page could not be shown. The server may be away, or of another version than when you opened the page.',
  noHistory: 'No attempt has ended in the last two weeks.',
  noWorkers: 'No worker is alive, so nothing runs. "cc-executor server start" begins one.',
  noQueue: 'Nothing waits for its turn.',
  waitsForSlot: 'It begins when a slot is free.',
  noHooks: 'There are no hooks.',
  restoreNo: 'Leave it as it is',
  restoreUndone: 'The restore is undone.',
  restoreKept: 'This is left as it is:',
  rerunNo: 'Do not run it',
  rerunFailed:
    'Run again what has not succeeded, and the tasks that need it? It is a new list in a new folder, with the work of the other tasks, which keep their results and are not paid again.',
  searching: 'Searching …',
  searchAll: 'Search in all lists of a time.',
  cancelQuestion: 'Cancel this list? Its running task is ended, and the tasks after it are not started.',
  cancelYes: 'Cancel the list',
  cancelNo: 'Keep it running',
} as const;

/** The text of each state. */
export const STATUS_WORDS: Readonly<Record<string, string>> = {
  queued: 'queued',
  running: 'running',
  paused: 'paused',
  waiting: 'waiting',
  cancelling: 'cancelling',
  completed: 'done',
  failed: 'failed',
  timed_out: 'timed out',
  cancelled: 'cancelled',
  skipped: 'skipped',
  not_taken: 'not taken',
  pending: 'not started',
};

export const NEWS_WORDS: Readonly<Record<string, string>> = {
  newly_failing: 'newly failing',
  still_failing: 'failed before',
  passes_again: 'passes again',
  slower: 'slower',
  dearer: 'dearer',
};

export const VERDICT_WORDS: Readonly<Record<string, string>> = {
  contradicted: 'contradicted',
  unproven: 'not checked',
  checked: 'checked',
  exit_code: 'exit code 0',
  answered: 'answered',
};

/** Texts about the place of a delivered branch. */
export const DELIVERED_WORDS = { branch: 'is in the repository', push: 'is in the remote' } as const;

/** The text of a restore's effect on a path. */
export const RESTORE_WORDS: Readonly<Record<string, string>> = {
  write: 'writes',
  remove: 'removes',
  make_folder: 'makes the folder',
  remove_folder: 'removes the folder',
  set_permissions: 'sets the permissions of',
};

/** Why a restore leaves a path as it is. */
export const KEPT_WORDS: Readonly<Record<string, string>> = {
  not_kept: 'its content is in no snapshot',
  folder_not_empty: 'something else is in it',
  folder_replaced: 'something else has its place',
  not_permitted: 'it may not be changed',
  not_in_snapshot: 'the snapshot left it out',
};
