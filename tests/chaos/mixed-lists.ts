import { AGENT_NAMES } from '@cc-executor/contracts';
import {
  acpFake,
  codexProgram,
  delay,
  say,
  startScriptedModel,
  toolServer,
  type ScriptedModel,
} from '@cc-executor/testkit';
import type { Followed } from './lists.ts';
import { persist } from './services.ts';
import { readEvents, type Verdict } from './verdict.ts';

/** How long each answer takes, so that faults hit attempts in their middle. In milliseconds. */
const WORK_MS = 1500;
/** The answers of the tasks, one for each kind of agent. */
export const ANSWERS = ['claude', 'codex', 'acp', 'model', 'tool', 'command'].map(
  (name) => `${name} is done.`,
);

/** Lists with a task for each kind of agent, on a scripted model. */
export class MixedLists {
  readonly #model: ScriptedModel;
  /** The environment of the worker with which it finds the agents and their model. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(model: ScriptedModel, codex: string) {
    this.#model = model;
    this.env = {
      ANTHROPIC_API_KEY: 'sk-made-up',
      ANTHROPIC_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-made-up',
      OPENAI_BASE_URL: `${model.url}/v1`,
      CC_EXECUTOR_CODEX: codex,
    };
  }

  /** Resolves with null if this machine does not have all of the agents. */
  static async open(): Promise<MixedLists | null> {
    let codex: string;
    try {
      codex = codexProgram();
    } catch {
      return null;
    }
    // Its answer names the agent, which the name of the model does.
    const script = (request: { model: string }) =>
      delay(WORK_MS, say(`${request.model.replace('-scripted', '')} is done.`));
    return new MixedLists(await startScriptedModel({ script }), codex);
  }

  /** Submits such a list, again until it is acknowledged. */
  async submit(api: string, key: string): Promise<void> {
    const { command, args } = toolServer();
    const acp = acpFake({ steps: [{ wait: WORK_MS }, { say: 'acp is done.' }] });
    const tasks = [
      { prompt: 'Do it.', model: 'claude-scripted' },
      { prompt: 'Do it.', agent: 'codex', model: 'codex-scripted' },
      { prompt: 'Do it.', agent: 'acp', acp },
      { prompt: 'Do it.', agent: 'model', model: 'model-scripted' },
      { tool: { server: 'tools', name: 'echo', arguments: { text: 'tool is done.' } } },
      { command: `sleep 1; printf 'command is done.'` },
    ];
    const list = {
      tasks,
      mcp_servers: { tools: { command, args } },
      on_failure: 'continue',
      execution_id: key,
    };
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const response = await persist(`${api}/execute`, { method: 'POST', headers, body: JSON.stringify(list) });
    if (response.status !== 202)
      throw new Error(`${key} was answered ${String(response.status)}: ${await response.text()}`);
  }

  /** Returns what must hold for such a list and does not, and what has happened to it. */
  async judge(api: string, id: string, followed: Followed): Promise<Verdict> {
    const faults: string[] = [];
    const check = (holds: boolean, fault: string) => holds || faults.push(`${id}: ${fault}`);
    const { status, events, isCounted } = await readEvents(api, id);
    check(status.status === 'completed', `it is ${status.status}`);
    check(isCounted(events.map(({ seq }) => seq)), 'its log is not 1..n');
    check(isCounted(followed.seqs), 'its follower does not have all events in order');
    const answer = await persist(`${api}/executions/${id}/results`);
    const { results } = (await answer.json()) as { results: { result?: string; stdout?: string }[] };
    let attempts = 0;
    for (const [index, expected] of ANSWERS.entries()) {
      const task = index + 1;
      const of = (type: string) => events.filter((event) => event.type === type && event.task === task);
      attempts += of('task.started').length;
      check(
        of('task.completed').length === 1,
        `task ${String(task)} completed ${String(of('task.completed').length)} times`,
      );
      const { result, stdout } = results[index] ?? {};
      check(
        [result, stdout].includes(expected),
        `task ${String(task)} has ${JSON.stringify(results[index]).slice(0, 300)} and not "${expected}"`,
      );
    }
    const agents = events.flatMap(({ data }) => (typeof data['agent'] === 'string' ? [data['agent']] : []));
    check(
      AGENT_NAMES.every((name) => agents.includes(name)),
      `it had tasks of ${[...new Set(agents)].join(', ')} only`,
    );
    const lost = events.filter(({ data }) => data['outcome'] === 'worker_lost').length;
    return { id, faults, attempts, lost, events };
  }

  async close(): Promise<void> {
    await this.#model.close();
  }
}
