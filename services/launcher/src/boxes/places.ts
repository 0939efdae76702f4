import {
  INSIDE,
  modelFolder,
  resultsFolder,
  sharedFolders,
  wayFolder,
  type RunRequest,
} from '@cc-executor/sandbox/protocol';
import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { WORKSPACE, type Resolved } from './container-options.ts';
import { Refusal } from './refusal.ts';

/** Folders of a container that something else is needed in. */
const OF_THE_CONTAINER = [
  '/proc',
  '/sys',
  '/dev',
  '/etc',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  WORKSPACE,
];

/** How an entry of CC_EXECUTOR_SANDBOX_DIRS ends that containers may write. */
const WRITABLE = ':rw';

/** Whom processes run as where the worker is root. */
const ORDINARY = { uid: 1000, gid: 1000 };

export interface PlacesOptions {
  /** The root of all workspaces. */
  workspaces: string;
  /** Folders that lists may name, with what is below them, as CC_EXECUTOR_SANDBOX_DIRS has them. */
  shared: readonly string[];
  /** The launcher's own socket. What is beside it no container sees, but for what is shared with agents. */
  socket: string;
  /** The engine's socket. */
  engineSocket: string;
  /** The socket of egress, beside which are the ways to other hosts; null: there is none. */
  egressSocket: string | null;
  engine: Pick<Engine, 'inspect'>;
}

interface SharedRoot {
  path: string;
  /** Whether containers may write it. */
  write: boolean;
}

/** The part of a request that decides which folders its container sees. */
type Mounted = Pick<
  RunRequest,
  | 'workspace'
  | 'read_only'
  | 'folders'
  | 'agent'
  | 'network'
  | 'execution_id'
  | 'results'
  | 'task'
  | 'attempt'
>;

/** Decides which folders a container may see, and knows the engine's paths for them. */
export class Places {
  readonly #workspaces: string;
  /** The root of the copies of workspaces in which tasks work that run at the same time. */
  readonly #copies: string;
  /** The longest first: what is said of a folder counts more than what is said of one around it. */
  readonly #shared: readonly SharedRoot[];
  readonly #socket: string;
  readonly #egressSocket: string | null;
  readonly #never: readonly string[];
  /** Where the engine has what this process sees, if it runs in a container itself. */
  readonly #moved: readonly { here: string; there: string }[];

  private constructor(
    options: Omit<PlacesOptions, 'engine' | 'shared'> & { shared: readonly SharedRoot[] },
    moved: readonly { here: string; there: string }[],
  ) {
    this.#workspaces = options.workspaces;
    this.#copies = sharedFolders(options.socket, '').copies;
    this.#shared = options.shared.toSorted((a, b) => b.path.length - a.path.length);
    this.#socket = options.socket;
    this.#egressSocket = options.egressSocket;
    const ofEgress = options.egressSocket === null ? [] : [dirname(options.egressSocket)];
    this.#never = [dirname(options.socket), options.engineSocket, ...ofEgress];
    this.#moved = moved;
  }

  static async open({
    engine,
    workspaces,
    shared,
    socket,
    engineSocket,
    egressSocket,
  }: PlacesOptions): Promise<Places> {
    const real = async (path: string) => await realpath(path).catch(() => path);
    // A container has its id as its host name; one that is only named like this machine is another one.
    const found = await engine.inspect(hostname()).catch(() => null);
    const mounts = found?.Id.startsWith(hostname()) === true ? found.Mounts : [];
    const moved = mounts
      .map(({ Destination, Source }) => ({ here: Destination, there: Source }))
      .toSorted((a, b) => b.here.length - a.here.length);
    return new Places(
      {
        workspaces: await real(workspaces),
        shared: await Promise.all(
          shared.map(async (entry) => {
            const write = entry.endsWith(WRITABLE);
            return { path: await real(write ? entry.slice(0, -WRITABLE.length) : entry), write };
          }),
        ),
        socket: join(await real(dirname(socket)), basename(socket)),
        engineSocket: await real(engineSocket),
        egressSocket:
          egressSocket === null ? null : join(await real(dirname(egressSocket)), basename(egressSocket)),
      },
      moved,
    );
  }

  /**
   * Throws a Refusal for numbers that are not those of the worker: of the owner of what it shares, or of an ordinary user
   * where that is root.
   */
  async checkUser({ user: { uid, gid } }: Pick<RunRequest, 'user'>): Promise<void> {
    const shared = join(dirname(this.#socket), 'shared');
    const owner = await stat(shared).catch(async () => await stat(dirname(shared)));
    const groups = owner.uid === 0 ? [ORDINARY.gid] : [owner.gid, process.getgid?.() ?? owner.gid];
    if (uid !== (owner.uid === 0 ? ORDINARY.uid : owner.uid) || !groups.includes(gid))
      throw new Refusal('not_allowed', `No container runs as the user ${String(uid)}:${String(gid)}.`);
  }

  /**
   * Throws a Refusal if a folder that was mounted is not at its place any more, or if another one was mounted. `pid`: a process of
   * the container, by the engine's number; 0: it has ended.
   */
  async checkAgain(request: Mounted, before: Resolved['mounts'], pid: number): Promise<void> {
    const after = await this.mountsOf(request);
    for (const [index, { identity, target }] of before.entries()) {
      if (identity === undefined) continue;
      // Seen where this process shares the engine's numbers, and may look: not where it runs in a container itself.
      const mounted = pid === 0 ? null : await stat(`/proc/${String(pid)}/root${target}`).catch(() => null);
      const isOther = mounted !== null && identityOf(mounted) !== identity;
      if (isOther || after[index]?.identity !== identity)
        throw new Refusal('not_allowed', `The folder for ${target} was replaced while it was mounted.`);
    }
  }

  /** Returns what to mount for a request. Throws a Refusal for a folder that no container may see. */
  async mountsOf(request: Mounted): Promise<Resolved['mounts']> {
    const { workspace, read_only, folders, agent, network, execution_id } = request;
    if (!isBelow(workspace, this.#workspaces) && !isBelow(workspace, this.#copies))
      throw new Refusal('not_allowed', `${workspace} is not a workspace below ${this.#workspaces}.`);
    const mounts = [await this.#mount(workspace, !read_only, workspace)];
    mounts.push(await this.#mount(workspace, !read_only, WORKSPACE));
    for (const { path, write } of folders) {
      const root = this.#shared.find((one) => path === one.path || isBelow(path, one.path));
      // The task that picks one of several works looks at all of them.
      if (root === undefined && !isBelow(path, this.#copies))
        throw new Refusal(
          'not_allowed',
          `${path} is not in a folder that containers may see; CC_EXECUTOR_SANDBOX_DIRS names those.`,
        );
      mounts.push(await this.#mount(path, write && root?.write === true, path));
    }
    if (agent || network !== null) mounts.push(await this.#given('program', execution_id));
    if (agent)
      mounts.push(
        await this.#shares(this.#modelOf(request), INSIDE.model),
        await this.#given('files', execution_id),
      );
    if (request.results) {
      const { results } = sharedFolders(this.#socket, execution_id);
      mounts.push(await this.#shares(resultsFolder(results, request), INSIDE.results));
    }
    if (network !== null)
      mounts.push(await this.#shares(wayFolder(this.#egressSocket ?? '/', network), INSIDE.network));
    return mounts;
  }

  async #mount(path: string, write: boolean, target: string): Promise<Resolved['mounts'][number]> {
    const real = await realpath(path).catch(() => null);
    if (real === null) throw new Refusal('not_allowed', `The directory ${path} does not exist.`);
    // The engine follows links: what was checked must be what is mounted.
    if (real !== path) throw new Refusal('not_allowed', `A link was put in the way to ${path}.`);
    const stats = await stat(path);
    if (!stats.isDirectory()) throw new Refusal('not_allowed', `${path} is not a directory.`);
    const near = this.#never.find((one) => one === path || isBelow(one, path) || isBelow(path, one));
    if (near !== undefined && !isBelow(path, this.#copies))
      throw new Refusal('not_allowed', `No container may see ${path}: ${near} is there.`);
    if (target !== WORKSPACE && OF_THE_CONTAINER.some((one) => one === target || isBelow(target, one)))
      throw new Refusal('not_allowed', `${target} is a path at which a container has its own folders.`);
    return {
      source: this.#onTheEngine(path),
      target,
      write,
      identity: identityOf(stats),
    };
  }

  #modelOf({ execution_id: executionId, task, attempt }: Mounted): string {
    return modelFolder(this.#socket, { executionId, task, attempt });
  }

  /** The files that a container receives from a place that no request names. */
  async #given(name: 'program' | 'files', executionId: string): Promise<Resolved['mounts'][number]> {
    return await this.#shares(sharedFolders(this.#socket, executionId)[name], INSIDE[name], name === 'files');
  }

  async #shares(path: string, target: string, write = false): Promise<Resolved['mounts'][number]> {
    if ((await realpath(path).catch(() => null)) !== path)
      throw new Refusal('unavailable', `There is nothing for containers at ${path}.`);
    return { source: this.#onTheEngine(path), target, write };
  }

  #onTheEngine(path: string): string {
    const found = this.#moved.find(({ here }) => path === here || isBelow(path, here));
    return found === undefined ? path : join(found.there, relative(found.here, path));
  }
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith('/') ? root : `${root}/`) && path !== root;
}

function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${String(dev)}:${String(ino)}`;
}
