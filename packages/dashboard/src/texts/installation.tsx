import type { ComponentChildren } from 'preact';

/** The page of the installation. */
export const INSTALLATION = {
  title: 'Installation',
  health: 'Health',
  workers: 'Workers',
  claude: 'Claude',
  worked: (time: string) => `A prompt last worked at ${time}.`,
  agents: 'Agents',
  history: 'The last two weeks',
  hooks: 'Hooks',
  settings: 'Settings',
  version: (version: string) => `Version ${version}. What is secret is left out.`,
} as const;

/** The workers, and what waits for them. */
export const WORKERS = {
  since: (version: string, time: string) => `version ${version}, since ${time}`,
  queue: 'Queue',
  submitted: (time: string) => `submitted ${time}`,
  beginsAfter: (list: ComponentChildren) => <>It begins after {list}, which works in the same workspace.</>,
  allWaiting: 'All that wait',
  of: (used: number, all: number) => `${String(used)} of ${String(all)}`,
  atMost: (count: number) => `at most ${String(count)}`,
  prompts: 'prompts',
  commands: 'commands',
  agents: 'agents of its machine',
  memory: 'free memory',
  load: 'load per processor',
  used: (percent: number) => `${String(percent)} % used`,
  resets: (time: string) => `, resets at ${time}`,
} as const;

/** Texts about workers. */
export const AGENTS = {
  runs: (kind: string, version: string | null) =>
    `for a ${kind}${version === null ? '' : `, version ${version}`}`,
  server: {
    answers: "model's server answers",
    fails: "model's server fails",
    unreachable: "model's server is unreachable",
  },
} as const;

export const HOOKS = {
  required: 'required',
  of: 'of',
} as const;
