import type Docker from 'dockerode';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@cc-executor/testkit';
import { connect } from '../engine/connect.ts';
import { bringImages } from '../images/build.ts';
import { run } from '../run.ts';
import { composeCommand, type ComposeSetup } from './compose.ts';

export type Service = 'redis' | 'prepare' | 'api' | 'gateway' | 'worker' | 'login';

/** One `docker compose up` of the whole project, with its own ports and home. */
export class Stack {
  readonly docker: Docker;
  readonly project: string;
  readonly apiPort: number;
  readonly wsPort: number;
  readonly redisPort: number;
  readonly home: string;
  readonly #setup: ComposeSetup;
  readonly #env: Record<string, string>;
  readonly #files: readonly string[];

  private constructor(
    setup: ComposeSetup,
    ports: number[],
    home: string,
    { env, files }: { env: Record<string, string>; files: readonly string[] },
  ) {
    const [apiPort = 0, wsPort = 0, redisPort = 0] = ports;
    this.#setup = setup;
    this.#files = files;
    this.docker = connect(setup.host);
    this.apiPort = apiPort;
    this.wsPort = wsPort;
    this.redisPort = redisPort;
    this.project = `cc-executor-test-${String(apiPort)}`;
    this.home = home;
    this.#env = {
      ...env,
      HOME: home,
      CC_EXECUTOR_API_PORT: String(apiPort),
      CC_EXECUTOR_WS_PORT: String(wsPort),
      CC_EXECUTOR_REDIS_PORT: String(redisPort),
    };
  }

  /** `env` is what a user would set beside what every test sets; `files` are added to the project's own. */
  static async create(
    setup: ComposeSetup,
    env: Record<string, string> = {},
    files: readonly string[] = [],
  ): Promise<Stack> {
    await bringImages(setup);
    const home = await mkdtemp(join(tmpdir(), 'cc-executor-home-'));
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    return new Stack(setup, ports, home, { env, files });
  }

  /** Runs the compose command; `files` are added to the project's own. */
  async compose(args: readonly string[], files: readonly string[] = []): Promise<string> {
    const { command, options } = composeCommand(this.#setup, {
      project: this.project,
      files: [...this.#files, ...files],
      env: this.#env,
    });
    return await run([...command, ...args], options);
  }

  /** `env` is added to what the stack was created with. */
  async up(env: Record<string, string> = {}): Promise<void> {
    Object.assign(this.#env, env);
    await this.compose(['up', '-d']);
    for (const service of ['api', 'gateway', 'worker'] as const) await this.healthy(service);
  }

  /** Starts one service anew with `env` added. */
  async recreate(service: 'api' | 'gateway' | 'worker', env: Record<string, string>): Promise<void> {
    Object.assign(this.#env, env);
    await this.compose(['up', '-d', '--no-deps', service]);
    await this.healthy(service);
  }

  /** The folder on this machine that tasks work in. */
  get workspaces(): string {
    return join(this.#setup.folder, 'workspaces');
  }

  async container(service: Service): Promise<Docker.ContainerInspectInfo> {
    const all = await this.docker.listContainers({ all: true, filters: { label: this.#labels(service) } });
    return await this.docker.getContainer(all[0]?.Id ?? '').inspect();
  }

  /**
   * Waits until the engine calls it healthy by a check that began after this call: an earlier one can be of the time before a
   * restart of what it needs. Throws its log when it does not come to that.
   */
  async healthy(service: Service): Promise<void> {
    const asked = Date.now();
    const healthy = async (): Promise<boolean> => {
      const { Status, Log } = (await this.container(service)).State.Health ?? {};
      return Status === 'healthy' && Date.parse(Log?.at(-1)?.Start ?? '') >= asked;
    };
    try {
      await waitFor(healthy, { what: `${service} to be healthy` });
    } catch (error) {
      const log = await this.compose(['logs', '--tail', '30']);
      throw new Error(`${service} is not healthy:\n${log}`, { cause: error });
    }
  }

  /** Takes all of it down, volumes and the user's folders too; throws the names of what is left nevertheless. */
  async down(): Promise<void> {
    await this.compose(['down', '--volumes', '--timeout', '20']);
    await rm(this.home, { recursive: true, maxRetries: 10, force: true });
    await rm(this.workspaces, { recursive: true, maxRetries: 10, force: true });
    const filters = { label: this.#labels() };
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.docker.listNetworks({ filters }),
      this.docker.listVolumes({ filters }),
    ]);
    const left = [
      ...containers.flatMap(({ Names }) => Names),
      ...networks.map(({ Name }) => Name),
      ...volumes.map(({ Name }) => Name),
    ];
    if (left.length > 0) throw new Error(`docker compose down has left ${left.join(', ')}`);
  }

  #labels(service?: Service): string[] {
    const project = `com.docker.compose.project=${this.project}`;
    return service === undefined ? [project] : [project, `com.docker.compose.service=${service}`];
  }
}
