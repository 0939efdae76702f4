import { backoff } from '@cc-executor/contracts/backoff';
import type { ExecutionEvent, ResultsView, StatusView } from '@cc-executor/contracts';
import type { Stack } from '@cc-executor/local-stack';
import { startScriptedModel } from '@cc-executor/scripted-model';
import { strict as assert } from 'node:assert';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exchange, type Answer, type Exchange } from './exchange.ts';
import { SCRIPT } from './script.ts';

export interface InstallationOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** True: the user's own model and account. */
  isReal: boolean;
}

/** The waits between two calls of a probe, in milliseconds. */
const PROBE_WAITS = { first: 20, longest: 250 };
const ENDS = ['completed', 'failed', 'cancelled'];
/** The user's settings that apply to this machine; folders and access are its own. */
const TAKEN = ['CC_EXECUTOR_SHELL', 'CC_EXECUTOR_CLAUDE'];

/** The server of this installation, started only for an assessment, in a temporary folder. */
export class Installation {
  readonly #env: Record<string, string | undefined>;
  readonly #folder: string;
  readonly #closeModel: () => Promise<void>;
  #stack: Stack;
  #exchanges: Exchange[] = [];

  private constructor(
    env: Record<string, string | undefined>,
    folder: string,
    closeModel: () => Promise<void>,
    stack: Stack,
  ) {
    this.#env = env;
    this.#folder = folder;
    this.#closeModel = closeModel;
    this.#stack = stack;
  }

  /** Starts it. Throws, with nothing left behind, if that is not possible. */
  static async open({ env: given, isReal }: InstallationOptions): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'cc-executor-assess-'));
    const model = isReal ? null : await startScriptedModel({ script: SCRIPT });
    const close = async () => await model?.close();
    const ours = Object.entries(given).filter(
      ([name]) =>
        TAKEN.includes(name) || !/^(CC_EXECUTOR_|REDIS_URL$|ALLOWED_COMMANDS$|LOG_LEVEL$)/.test(name),
    );
    const kept = isReal ? ours : ours.filter(([name]) => !/^(ANTHROPIC|CLAUDE)_/.test(name));
    const env = {
      ...Object.fromEntries(kept),
      ...(model && {
        HOME: join(folder, 'home'),
        ANTHROPIC_API_KEY: 'sk-test',
        ANTHROPIC_BASE_URL: model.url,
      }),
      CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
    };
    try {
      return new Installation(env, folder, close, await startStack(env));
    } catch (error) {
      await close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get wsUrl(): string {
    return this.#stack.wsUrl;
  }

  /** Returns the exchanges since the last call. */
  takeExchanges(): Exchange[] {
    const taken = this.#exchanges;
    this.#exchanges = [];
    return taken;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const request = { method, path, headers, body };
    return await exchange(this.#stack.apiUrl, request, (whole) => this.#exchanges.push(whole));
  }

  /** Submits a list and returns its id. */
  async submit(body: object, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.call('POST', '/execute', body, headers);
    assert.equal(
      answer.status,
      202,
      `POST /execute was answered with ${String(answer.status)}: ${answer.text}`,
    );
    return (answer.json() as { execution_id: string }).execution_id;
  }

  async status(id: string): Promise<StatusView> {
    return (await this.call('GET', `/executions/${id}/status`)).json() as StatusView;
  }

  /** Waits until `probe` returns something, and returns that. Throws after this many seconds. */
  async until<T>(what: string, probe: () => Promise<T | null>, seconds = 120): Promise<T> {
    const deadline = performance.now() + seconds * 1000;
    for (let probes = 1; performance.now() < deadline; probes += 1) {
      const found = await probe();
      if (found !== null) return found;
      await delay(backoff(probes, PROBE_WAITS));
    }
    throw new Error(`In ${String(seconds)} s it was not seen that ${what}.`);
  }

  /** Waits until a task has printed exactly this text: it has started before its process has. */
  async prints(id: string, task: number, expected: string): Promise<void> {
    await this.until(`task ${String(task)} prints ${JSON.stringify(expected)}`, async () => {
      const { text } = await this.call('GET', `/executions/${id}/tasks/${String(task)}/output`);
      return text === expected ? true : null;
    });
  }

  async ended(id: string): Promise<StatusView> {
    return await this.until(`execution ${id} ends`, async () => {
      const status = await this.status(id);
      return ENDS.includes(status.status) ? status : null;
    });
  }

  /** Runs a list to its end, and returns its results. */
  async run(body: object): Promise<ResultsView> {
    const id = await this.submit(body);
    await this.ended(id);
    return (await this.call('GET', `/executions/${id}/results`)).json() as ResultsView;
  }

  /** Returns the events of an ended execution after `seq`. */
  async events(id: string, after = 0): Promise<ExecutionEvent[]> {
    const { text } = await this.call('GET', `/executions/${id}/events?after=${String(after)}`);
    return [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as ExecutionEvent);
  }

  /** Restarts the server on the same data. */
  async restart(): Promise<void> {
    await this.#stack.stop();
    this.#stack = await startStack(this.#env);
  }

  /** Ends everything; keeps the logs of the services at `logs`. */
  async close(logs: string): Promise<void> {
    await this.#stack.stop();
    await this.#closeModel();
    await cp(join(this.#folder, 'data/logs'), logs, { recursive: true }).catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function startStack(env: Record<string, string | undefined>): Promise<Stack> {
  const local = await import('@cc-executor/local-stack');
  return await local.startStack({ env });
}
