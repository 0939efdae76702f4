import { AGENT_PROGRAMS, type AcpProbe as Probe, type AgentProbe } from '@cc-executor/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentSink } from '../agent.ts';
import type { Launch } from '../launch/launch.ts';
import { runLines } from '../lines/run-lines.ts';
import { startLines } from '../lines/start-lines.ts';
import type { LookAtServer } from '../look-at-server.ts';
import { promptEnvironment } from '../turns/follow-turn.ts';
import type { ProcessReport, TurnEnd } from '../turns/spec.ts';
import { ACP_CALL } from './acp-agent.ts';
import type { AcpSpec } from './call/spec.ts';
import { acpNames, acpProgram, entriesFault, isChosen, type AcpPlaces, type AcpProgram } from './programs.ts';

export interface AcpProbeOptions {
  launch: Launch;
  env: Readonly<Record<string, string>>;
  places: AcpPlaces;
  /** Finds out whether the servers of models can be reached; null: that is not tried. */
  lookAtServer?: LookAtServer | null;
  /** How long a failure counts before the program is tried again; default: ten minutes. Milliseconds. */
  againMs?: number;
  /** How long a program may take to open a session; default: two minutes. Milliseconds. */
  patienceMs?: number;
}

type Answer = Omit<Probe, 'name'>;
interface Tried {
  seen: string;
  /** null: it is being tried. */
  answer: Answer | null;
  /** When it is tried again, by `performance.now()`. */
  againAt: number;
}

const GRACE_MS = 2000;
const NOT_TRIED = 'It is on PATH, and is tried when a task names it.';
const BEING_TRIED: Answer = { version: null, status: 'unknown', message: null };
const SILENT: AgentSink = {
  given: () => undefined,
  event: () => undefined,
  output: () => undefined,
  alive: () => undefined,
  message: () => undefined,
};

/**
 * Finds out which programs of the Agent Client Protocol can be used: those that the user has named or installed open a session
 * once, one after the other, when they are new or have changed, and some time after they failed.
 */
export class AcpProbe {
  readonly #options: AcpProbeOptions;
  readonly #againMs: number;
  readonly #patienceMs: number;
  readonly #tried = new Map<string, Tried>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: AcpProbeOptions) {
    this.#options = options;
    this.#againMs = options.againMs ?? 600_000;
    this.#patienceMs = options.patienceMs ?? 120_000;
  }

  /** Returns what is known. Programs that are not known yet are tried from now on. Does not throw. */
  look(): Omit<AgentProbe, 'name'> {
    const programs = acpNames(this.#options.places).map((name) => ({ name, ...this.#lookAt(name) }));
    const isReady = programs.some(({ status }) => status === 'ready' || status === 'unknown');
    return {
      version: null,
      credential: 'task',
      // A task may name a command that is no entry.
      status: 'ready',
      message:
        entriesFault(this.#options.places) ??
        (isReady
          ? null
          : 'No program that it knows by name is ready; a task can name another one by its command.'),
      programs,
    };
  }

  #lookAt(name: string): Answer {
    const { places } = this.#options;
    const found = acpProgram(name, places);
    if ('why' in found)
      return {
        version: null,
        status: found.why === 'not_installed' ? 'not_installed' : 'broken',
        message: found.message,
      };
    if (!isChosen(name, places)) return { version: null, status: 'unknown', message: NOT_TRIED };
    const seen = JSON.stringify([found, fileTime(found.program), found.args.map(fileTime)]);
    const known = this.#tried.get(name);
    if (known?.seen === seen && performance.now() < known.againAt)
      return this.#withServer(known.answer ?? BEING_TRIED, found);
    const tried: Tried = { seen, answer: known?.seen === seen ? known.answer : null, againAt: Infinity };
    this.#tried.set(name, tried);
    this.#turn = this.#turn.then(async () => {
      tried.answer = await this.#try(name, found).catch((error: Error) => broken(error.message));
      if (tried.answer.status !== 'ready') tried.againAt = performance.now() + this.#againMs;
    });
    return this.#withServer(tried.answer ?? BEING_TRIED, found);
  }

  #withServer(answer: Answer, { server }: AcpProgram): Answer {
    if (answer.status !== 'ready') return answer;
    const { lookAtServer, env } = this.#options;
    return { ...answer, model_server: lookAtServer?.(server(env)) ?? null };
  }

  async #try(name: string, found: AcpProgram): Promise<Answer> {
    const folder = await mkdtemp(join(tmpdir(), 'cc-probe-'));
    try {
      const { version, end } = await this.#openSession(found, folder);
      if (end === null) return broken(`It opened no session within ${String(this.#patienceMs / 1000)} s.`);
      if (end.outcome === 'auth_failed') return { version, status: 'no_credential', message: end.message };
      if (end.outcome !== 'completed') return { ...broken(end.message ?? end.outcome), version };
      return { version, status: 'ready', message: testedWith(name, version) };
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async #openSession({ program, args, env: own, passEnv }: AcpProgram, cwd: string) {
    const { launch, env: workerEnv } = this.#options;
    const spec: AcpSpec = {
      program,
      args,
      env: own,
      cwd,
      extraDirs: [],
      leave: 'plan',
      files: false,
      model: null,
      servers: {},
      instructions: null,
      isProbe: true,
      isResumed: false,
      prompt: '',
      conversationFile: '',
      json: null,
      failsOnDenial: false,
      startMs: this.#patienceMs,
    };
    let version: string | null = null;
    let end: TurnEnd | null = null;
    const where = { executionId: 'probe', task: 1, attempt: 1, variables: {}, cwd };
    const task = { ...where, text: '', options: {}, session: null };
    const env = promptEnvironment(workerEnv, { pass_env: [...passEnv] });
    const run = startLines(
      { launch, graceMs: GRACE_MS, program: ACP_CALL, task, workerEnv, env, spec },
      SILENT,
      async (running) => {
        const { reported, failure } = await runLines<TurnEnd>(
          { ...running, given: { text: '', systemPrompt: null } },
          {
            n: (json) => {
              version = (JSON.parse(json) as ProcessReport).known?.version ?? version;
              return undefined;
            },
            t: () => undefined,
          },
        );
        end = reported;
        return failure;
      },
    );
    const timer = setTimeout(() => run.stop('timed_out'), this.#patienceMs);
    const failure = await run.ended;
    clearTimeout(timer);
    const isLate = failure.outcome === 'timed_out';
    return { version, end: end ?? (isLate ? null : { ...failure, mended: null, denials: [], json: null }) };
  }
}

function broken(message: string): Answer {
  return { version: null, status: 'broken', message };
}

function testedWith(name: string, version: string | null): string | null {
  const tested = Object.hasOwn(AGENT_PROGRAMS, name)
    ? AGENT_PROGRAMS[name as keyof typeof AGENT_PROGRAMS].version
    : null;
  return tested === null || version?.includes(tested) === true
    ? null
    : `${tested} is the version that is tested.`;
}

function fileTime(path: string): number {
  return path.startsWith('/') ? (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0;
}
