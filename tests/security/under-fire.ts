import { SERVICES, startStack } from '@cc-executor/local-stack';
import { INSTALLATION_ROOT } from '@cc-executor/service-kit';
import { processesWith, waitFor } from '@cc-executor/testkit';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { record } from './figures.ts';
import { SEED } from './scale.ts';

/** The key of the server that is under fire: made up, and in no answer. */
export const KEY = 'canary-6f1de7a0c95e4d0b-of-the-api';
const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'canary-91b64a0f-of-aws',
  DATABASE_URL: 'canary-5e0c71d2-of-a-database',
};

/** What is slower counts as a hang on a quiet machine; milliseconds. */
const HANG_MS = 1000;
/** What is slower is a hang on any machine: whatever else runs there. Milliseconds. */
export const NEVER_MS = 30_000;
/** A service may grow by so much after the warm-up, in MiB: the heap of Node is collected late. */
const GROWTH_MIB = 160;
/** How long the work that was queued may hold memory after the last input, in milliseconds. */
const SETTLE_MS = 60_000;
type Sizes = Readonly<Record<string, number>>;

const STACK_TRACE = /\n\s+at .{1,200}:\d+:\d+|node:internal\/|node_modules\//;

/** A stack that is fired at, and what was seen of it. */
export interface UnderFire {
  apiUrl: string;
  wsUrl: string;
  /** Counts an answer: its status, or another word for its kind; how long it took; and looks into its text for leaks. */
  saw: (answer: Answer) => void;
  /** Counts something that must not be, with the input that led to it. */
  wrong: (what: string, input: unknown) => void;
  /** To be called once the services are warm: what they grow by after it is told. */
  warm: () => Promise<void>;
}

interface Answer {
  kind: string;
  ms: number;
  text: string;
  /** What it answers; shown when something is wrong with it. */
  input: unknown;
}

/**
 * Fires at its own stack, with a key, canaries in its environment and one program that tasks may run: `true`.
 * Rejects with all that was wrong.
 */
export async function expectNoHarm(
  { suite, inputs }: { suite: string; inputs: number },
  shoot: (fire: UnderFire) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-fire-'));
  const stack = await startStack({
    services: SERVICES,
    env: {
      PATH: process.env['PATH'],
      HOME: join(folder, 'home'),
      CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      CC_EXECUTOR_API_KEY: KEY,
      CC_EXECUTOR_BUILT_IN_HOOKS: '',
      ALLOWED_COMMANDS: 'true',
      ...SECRETS,
    },
  });
  try {
    // Users work in the first, and are told where it is; what an agent says of itself names the second.
    const open = ['workspaces', 'claude'].map((name) => join(folder, 'data', name));
    const leaks = [folder, INSTALLATION_ROOT, KEY, ...Object.values(SECRETS)];
    const pids = stack.pids();
    const watched = Object.entries(pids).filter(([name]) => name !== 'redis');
    const wrongs = new Map<string, { times: number; input: unknown }>();
    const kinds = new Map<string, number>();
    let slowest = { ms: 0, input: '' };
    let hangs = 0;
    let warm: Sizes = {};

    const wrong = (what: string, input: unknown) => {
      const known = wrongs.get(what);
      if (known) known.times += 1;
      else wrongs.set(what, { times: 1, input });
    };
    await shoot({
      apiUrl: stack.apiUrl,
      wsUrl: stack.wsUrl,
      wrong,
      saw: ({ kind, ms, text, input }) => {
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (ms > slowest.ms) slowest = { ms, input: shown(input) };
        if (ms > HANG_MS) hangs += 1;
        if (ms > NEVER_MS) wrong(`an answer after ${String(NEVER_MS)} ms`, input);
        if (/^5\d\d$/.test(kind)) wrong(`an answer ${kind}: ${text.slice(0, 300)}`, input);
        const rest = open.reduce((left, path) => left.replaceAll(path, ''), text);
        for (const leak of leaks)
          if (rest.includes(leak)) wrong(`an answer with ${around(rest, leak)}`, input);
        const trace = STACK_TRACE.exec(text);
        if (trace) wrong(`an answer with a stack trace, ${around(text, trace[0])}`, input);
      },
      warm: async () => {
        warm = await sizes(watched);
      },
    });
    // What fire has queued runs to its end, or is found again: only then is a crash known.
    await waitFor(async () => (await fetch(`${stack.apiUrl}/health`)).ok, { what: 'a healthy API' });
    const after = await settled(watched, warm);
    const now = stack.pids();
    const crashes = Object.keys(pids).filter((name) => now[name] !== pids[name]);
    for (const name of crashes) wrong(`${name} has ended`, `seed ${String(SEED)}`);
    const growth = Object.entries(after).map(([name, mib]) => ({ name, from: warm[name] ?? mib, mib }));
    for (const { name, from, mib } of growth)
      if (mib - from > GROWTH_MIB)
        wrong(`${name} has grown from ${String(from)} to ${String(mib)} MiB`, null);
    const told = [...wrongs].map(
      ([what, { times, input }]) => `${String(times)} × ${what} ⇐ ${shown(input)}`,
    );
    await record({
      suite,
      inputs,
      kinds: Object.fromEntries(kinds),
      slowestMs: Math.round(slowest.ms),
      slowest: slowest.input,
      hangs,
      crashes: crashes.length,
      memory: growth.map(({ name, from, mib }) => `${name} ${String(from)}→${String(mib)}`).join(', '),
      wrong: told,
    });
    expect(told).toEqual([]);
  } finally {
    await stack.stop();
    const left = processesWith(folder);
    await rm(folder, { recursive: true, maxRetries: 10 });
    expect(left).toEqual([]);
  }
}

/** Returns the sizes when none is too large any more, or after a minute: what is still running holds memory for a reason. */
async function settled(watched: Parameters<typeof sizes>[0], warm: Sizes): Promise<Sizes> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const now = await sizes(watched);
    const isFlat = Object.entries(now).every(([name, mib]) => mib - (warm[name] ?? mib) <= GROWTH_MIB);
    if (isFlat || performance.now() > deadline) return now;
    await delay(500);
  }
}

/** Resident memory of processes by name, in MiB. */
async function sizes(processes: readonly [string, number][]): Promise<Sizes> {
  if (process.platform !== 'linux') return {};
  const entries = processes.map(async ([name, pid]) => {
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
    return [name, Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function around(text: string, what: string): string {
  const at = text.indexOf(what);
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + 160));
}

function shown(input: unknown): string {
  const text = typeof input === 'string' ? input : (JSON.stringify(input) ?? 'undefined');
  return text.length > 2000 ? `${text.slice(0, 1500)} … ${text.slice(-300)}` : text;
}
