import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { curl } from './curl.ts';
import { Follower } from './follow.ts';
import type { Stack } from './stack.ts';

export interface Result {
  status: string;
  attempt: number;
  exit_code: number | null;
  stdout: string;
  stderr: string;
  result: string | null;
}

/** One execution that was posted with curl and is followed on a WebSocket from its first event. */
export class Execution {
  readonly id: string;
  readonly follower: Follower;
  /** The folder on this machine that its tasks work in. */
  readonly workspace: string;
  readonly #stack: Stack;

  private constructor(stack: Stack, id: string, workspace: string) {
    this.#stack = stack;
    this.id = id;
    this.workspace = join(stack.workspaces, workspace);
    this.follower = new Follower(stack.wsPort, id);
  }

  /** Posts the tasks, with its own workspace; throws when they are not accepted. */
  static async post(
    stack: Stack,
    body: { tasks: unknown[]; on_failure?: 'stop' | 'continue' },
  ): Promise<Execution> {
    const workspace = `test-${randomUUID()}`;
    const url = `http://127.0.0.1:${String(stack.apiPort)}/execute`;
    const accepted = await curl(url, { ...body, workspace });
    if (accepted.status !== 202) throw new Error(`POST /execute: ${JSON.stringify(accepted)}`);
    const execution = new Execution(stack, String(accepted.body['execution_id']), workspace);
    onTestFinished(() => execution.follower.close());
    await execution.follower.start();
    return execution;
  }

  /** A command that says when it runs, and ends when `release` is called with the same number. */
  static waiting(number: number): { command: string } {
    return { command: `until [ -e go-${String(number)} ]; do sleep 0.05; done; echo done ${String(number)}` };
  }

  async release(number: number): Promise<void> {
    await mkdir(this.workspace, { recursive: true });
    await writeFile(join(this.workspace, `go-${String(number)}`), '');
  }

  async results(): Promise<{ status: string; results: Result[] }> {
    const url = `http://127.0.0.1:${String(this.#stack.apiPort)}/executions/${this.id}/results`;
    return (await curl(url)).body as unknown as { status: string; results: Result[] };
  }
}
