import Docker from 'dockerode';
import type { Duplex } from 'node:stream';

/** How long what an engine is counts as known. Milliseconds. */
const KNOWN_MS = 10_000;

/** How long one call of the engine may take. A start reads the image; with a slow disk that takes seconds. Milliseconds. */
const CALL_MS = 30_000;
/** The same for calls that the engine answers from memory. */
const QUICK_MS = 5000;

/** The PATH in containers of an image that sets none. Source: Docker's reference of `docker run`. */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const LABELS = {
  installation: 'cc-executor.installation',
  box: 'cc-executor.box',
  execution: 'cc-executor.execution',
  attempt: 'cc-executor.attempt',
  generation: 'cc-executor.generation',
} as const;

export interface EngineFacts {
  /** Like `Docker 20.10.24`. */
  name: string;
  cgroup: string;
  /** Why it cannot be used; null: it can. */
  unusable: string | null;
  rootless: boolean;
}

/** The container engine, behind calls that all have a deadline. */
export class Engine {
  /** For streams and waits, which have none. */
  readonly docker: Docker;
  readonly #bounded: Docker;
  readonly #quick: Docker;
  #known: { at: number; facts: EngineFacts } | undefined;

  /** `socket`: the path of the engine's socket. */
  constructor(socket: string) {
    this.docker = new Docker({ socketPath: socket });
    this.#bounded = new Docker({ socketPath: socket, timeout: CALL_MS });
    this.#quick = new Docker({ socketPath: socket, timeout: QUICK_MS });
  }

  /** Returns what the engine is, as it was at most 10 seconds ago. */
  async facts(): Promise<EngineFacts> {
    if (this.#known === undefined || performance.now() - this.#known.at > KNOWN_MS)
      this.#known = { at: performance.now(), facts: await this.#askFacts() };
    return this.#known.facts;
  }

  async #askFacts(): Promise<EngineFacts> {
    const [info, version] = (await Promise.all([this.#quick.info(), this.#quick.version()])) as [
      { ServerVersion?: string; CgroupVersion?: string; SecurityOptions?: string[] | null },
      { Components?: { Name?: string }[] | null },
    ];
    const isPodman = (version.Components ?? []).some(({ Name = '' }) => Name.startsWith('Podman'));
    const security = info.SecurityOptions ?? [];
    const rootless = security.some((one) => one.startsWith('name=rootless'));
    const mapped = security.some((one) => one.startsWith('name=userns'));
    const maps = rootless ? 'The engine runs without root' : 'The engine maps users (userns-remap)';
    return {
      name: `${isPodman ? 'Podman' : 'Docker'} ${info.ServerVersion ?? 'of an unknown version'}`,
      cgroup: info.CgroupVersion ?? '1',
      rootless,
      // Its wait before a start does not settle, and an attach writes its own options into the input (seen with 4.3).
      unusable: isPodman
        ? 'Podman answers differently from Docker where the end and the input of a process are concerned; use Docker.'
        : rootless || mapped
          ? `${maps}, so the files of a workspace would belong to another user inside; use an engine without that.`
          : null,
    };
  }

  /** Returns the PATH of an image; null: there is no such image. */
  async pathOf(name: string): Promise<string | null> {
    try {
      const { Config } = await this.#quick.getImage(name).inspect();
      // An image that was imported may have no variables, and a file alone has no configuration.
      const variables = (Config as { Env?: string[] | null } | null)?.Env ?? [];
      const path = variables.find((one) => one.startsWith('PATH='))?.slice('PATH='.length);
      return path ?? USUAL_PATH;
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  async create(options: Docker.ContainerCreateOptions): Promise<string> {
    return (await this.#bounded.createContainer(options)).id;
  }

  /** Connects to the streams of a container that does not run yet. `exit` has its exit code, and rejects if the engine ends. */
  async attach(
    id: string,
    { stdin }: { stdin: boolean },
  ): Promise<{ stream: Duplex; exit: Promise<number> }> {
    const container = this.docker.getContainer(id);
    const options = { stream: true, hijack: true, stdin, stdout: true, stderr: true };
    const stream = (await container.attach(options)) as unknown as Duplex;
    stream.on('error', () => undefined);
    // Asked before the start, so that no exit is missed.
    const exit = container.wait({ condition: 'next-exit' }).then(({ StatusCode }) => Number(StatusCode));
    exit.catch(() => undefined);
    return { stream, exit };
  }

  async start(id: string): Promise<void> {
    await this.#bounded.getContainer(id).start();
  }

  async kill(id: string, signal: string): Promise<void> {
    await this.#quick.getContainer(id).kill({ signal });
  }

  /** Freezes its processes, if they are not frozen already. */
  async pause(id: string): Promise<void> {
    await this.#quick
      .getContainer(id)
      .pause()
      .catch(unlessIs(/is already paused/i));
  }

  /** Resumes its processes, if they are frozen. */
  async unpause(id: string): Promise<void> {
    await this.#quick
      .getContainer(id)
      .unpause()
      .catch(unlessIs(/is not paused/i));
  }

  /** Returns null for a container that is not there. */
  async inspect(id: string): Promise<Docker.ContainerInspectInfo | null> {
    try {
      return await this.#quick.getContainer(id).inspect();
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  /** Returns the number of the first process of a container; 0: it has ended, or that is not known. */
  async pidOf(id: string): Promise<number> {
    const found = await this.inspect(id).catch(() => null);
    return found?.State.Pid ?? 0;
  }

  /** Ends a container and removes it; one that is not there counts as removed. */
  async remove(id: string): Promise<void> {
    try {
      await this.#bounded.getContainer(id).remove({ force: true, v: true });
    } catch (error) {
      // 409: another call removes it at this moment; the next look finds out.
      if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
    }
  }

  /** Returns the ids of all containers with these labels, and their own labels. */
  async list(labels: readonly string[]): Promise<{ id: string; labels: Record<string, string> }[]> {
    const found = await this.#quick.listContainers({ all: true, filters: { label: [...labels] } });
    return found.map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
  }
}

export function isStatus(error: unknown, status: number): boolean {
  return (error as { statusCode?: unknown } | null)?.statusCode === status;
}

/** Returns a handler that throws an error again, unless its message says that things are as they should be. */
function unlessIs(state: RegExp): (error: Error) => void {
  return (error) => {
    if (!state.test(error.message)) throw error;
  };
}
