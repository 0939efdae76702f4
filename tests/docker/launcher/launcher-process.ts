import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../paths.ts';
import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { waitFor } from '@cc-executor/testkit';
import type { AttemptContainer, Launch, LaunchedProcess, LaunchSpec } from '@cc-executor/agents';
import { BoxLauncher } from '@cc-executor/sandbox';
import { buffer } from 'node:stream/consumers';
import { connect } from '../engine/connect.ts';
import { GROUP_ID, USER_ID } from '../stack/compose.ts';

const MAIN = join(PROJECT, 'services/launcher/src/main.ts');

/** A launcher as its own process, and a client of it. */
export class TestLauncher {
  readonly folder: string;
  readonly client: BoxLauncher;
  readonly #engine: string;
  readonly #image: string;
  #child: ChildProcess | undefined;
  #count = 0;

  private constructor(folder: string, engine: string, image: string) {
    this.folder = folder;
    this.#engine = engine;
    this.#image = image;
    this.client = this.clientWith({});
  }

  /** `host`: the engine, like DOCKER_HOST. */
  static async create(host: string, image: string): Promise<TestLauncher> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-box-')));
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'workspaces'));
    // As a worker leaves it: its owner is who containers run as.
    await mkdir(join(folder, 'launcher', 'shared'), { recursive: true });
    await chmod(join(folder, 'launcher'), 0o700);
    await chown(join(folder, 'launcher', 'shared'), USER_ID, GROUP_ID);
    return new TestLauncher(folder, new URL(host).pathname, image);
  }

  get socket(): string {
    return join(this.folder, 'launcher', 'launcher.sock');
  }

  clientWith(more: { patienceMs?: number; user?: { uid: number; gid: number } }): BoxLauncher {
    return new BoxLauncher({ socket: this.socket, user: { uid: USER_ID, gid: GROUP_ID }, ...more });
  }

  async start(env: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...compileCacheEnv(),
        PATH: process.env['PATH'],
        CC_EXECUTOR_LAUNCHER_SOCKET: this.socket,
        CC_EXECUTOR_WORKSPACES_DIR: join(this.folder, 'workspaces'),
        CC_EXECUTOR_ENGINE: this.#engine,
        CC_EXECUTOR_SANDBOX_IMAGES: this.#image,
        LOG_LEVEL: 'warn',
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#child = child;
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error('the launcher ended at once');
        return typeof (await this.client.about()) === 'object';
      },
      { what: 'the launcher to answer' },
    );
  }

  /** Ends the launcher's process and waits for that. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async workspace(): Promise<string> {
    const path = join(this.folder, 'workspaces', `w${String((this.#count += 1))}`);
    await mkdir(path);
    await chown(path, USER_ID, GROUP_ID);
    return path;
  }

  /** The containers of this launcher's workspaces that the engine has. */
  async containers(executionId?: string): Promise<string[]> {
    const label = executionId === undefined ? 'cc-executor.box' : `cc-executor.execution=${executionId}`;
    const docker = connect(`unix://${this.#engine}`);
    return (await docker.listContainers({ all: true, filters: { label: [label] } })).map(({ Id }) => Id);
  }

  /** Everything that the engine knows of a container. */
  async inspect(id: string): Promise<unknown> {
    return await connect(`unix://${this.#engine}`).getContainer(id).inspect();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const boxOf = (more: Partial<AttemptContainer> = {}): AttemptContainer => ({
  executionId: 'x',
  task: 1,
  attempt: 1,
  generation: 1,
  image: null,
  folders: [],
  ...more,
});

/** A shell's command in a container. */
export function shell(
  launch: Launch,
  cwd: string,
  command: string,
  more: Partial<LaunchSpec> = {},
): LaunchedProcess {
  return launch({
    command: '/bin/sh',
    args: ['-c', command],
    cwd,
    env: {},
    stdin: 'none',
    box: boxOf(),
    ...more,
  });
}

/** What a process has written, and how it ended. */
export async function outcome(child: LaunchedProcess) {
  const [stdout, stderr, exit] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    child.exited,
  ]);
  return { stdout: stdout.toString(), stderr: stderr.toString(), ...exit };
}
