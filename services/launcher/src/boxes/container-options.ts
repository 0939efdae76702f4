import { forwarding, INSIDE, PROXY_PORT, PROXY_SOCKET, type RunRequest } from '@cc-executor/sandbox/protocol';
import type Docker from 'dockerode';
import { join } from 'node:path';
import { LABELS } from '../engine/engine.ts';

const HOME = '/home/box';
export const WORKSPACE = '/workspace';

/** The limits of each container. */
export interface Limits {
  /** Bytes; swap is not added to it. */
  memory: number;
  /** Null: no limit. */
  cpus: number | null;
  pids: number;
  /** Of /tmp and of the home, each, in bytes. What is in them counts as memory. */
  tmp: number;
}

/** The types of the library know fewer fields than the engine. */
export type ContainerOptions = Docker.ContainerCreateOptions & { HostConfig: { CgroupnsMode: 'private' } };

export interface Resolved {
  installation: string;
  /** The id of this container in the launcher. */
  box: string;
  image: string;
  limits: Limits;
  /** The mounts of the engine, by its own paths. */
  mounts: readonly {
    source: string;
    target: string;
    write: boolean;
    /** Which folder it is, whatever is at its path later; absent: nobody else can replace it. */
    identity?: string;
  }[];
}

/** Runs the program behind a proxy of the container's own loopback, which leads to egress. */
const FORWARD = forwarding(join(INSIDE.network, PROXY_SOCKET), PROXY_PORT);
const PROXY_URL = `http://127.0.0.1:${String(PROXY_PORT)}`;
/** Programs read one or the other of these names. */
const PROXY = {
  HTTP_PROXY: PROXY_URL,
  HTTPS_PROXY: PROXY_URL,
  ALL_PROXY: PROXY_URL,
  NO_PROXY: 'localhost,127.0.0.1,::1,.cc-executor.invalid',
  http_proxy: PROXY_URL,
  https_proxy: PROXY_URL,
  all_proxy: PROXY_URL,
  no_proxy: 'localhost,127.0.0.1,::1,.cc-executor.invalid',
  // Without it Node reads none of them.
  NODE_USE_ENV_PROXY: '1',
};

/** How a label names an attempt. */
export function attemptLabel({ task, attempt }: Pick<RunRequest, 'task' | 'attempt'>): string {
  return `${String(task)}/${String(attempt)}`;
}

/**
 * Builds a container from a request: every field of it. A request chooses the program, its environment, its numbers and,
 * of what the launcher has resolved and allowed, the folders and the image.
 */
export function containerOptions(request: RunRequest, resolved: Resolved): ContainerOptions {
  const { env, user, stdin } = request;
  const argv = request.network === null ? request.argv : [...FORWARD, ...request.argv];
  const { limits, mounts } = resolved;
  const [uid, gid] = [String(user.uid), String(user.gid)];
  const tmpfs = `rw,nosuid,nodev,exec,size=${String(limits.tmp)}`;
  return {
    Image: resolved.image,
    Entrypoint: argv.slice(0, 1),
    Cmd: argv.slice(1),
    User: `${uid}:${gid}`,
    WorkingDir: request.workspace,
    Env: Object.entries({
      HOME,
      TMPDIR: '/tmp',
      ...(request.network !== null && PROXY),
      ...env,
    }).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [LABELS.installation]: resolved.installation,
      [LABELS.box]: resolved.box,
      [LABELS.execution]: request.execution_id,
      [LABELS.attempt]: attemptLabel(request),
      [LABELS.generation]: String(request.generation),
    },
    Tty: false,
    // With StdinOnce a process whose launcher is gone reads end-of-file.
    OpenStdin: stdin,
    StdinOnce: stdin,
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    // An image may bring one, which would run beside the process.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      Init: true,
      IpcMode: 'private',
      CgroupnsMode: 'private',
      PidsLimit: limits.pids,
      Memory: limits.memory,
      MemorySwap: limits.memory,
      ...(limits.cpus !== null && { NanoCpus: Math.round(limits.cpus * 1e9) }),
      ShmSize: 64 * 1024 * 1024,
      OomScoreAdj: 500,
      RestartPolicy: { Name: 'no' },
      Ulimits: [
        { Name: 'nofile', Soft: 4096, Hard: 4096 },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      // Output is read from the attached stream alone.
      LogConfig: { Type: 'none', Config: {} },
      Tmpfs: {
        '/tmp': `${tmpfs},mode=1777`,
        [HOME]: `${tmpfs},mode=0700,uid=${uid},gid=${gid}`,
      },
      Mounts: mounts.map(({ source, target, write }) => ({
        Type: 'bind',
        Source: source,
        Target: target,
        ReadOnly: !write,
        // What is mounted below a folder could be written: the kernel makes only the first mount read-only.
        ...(!write && { BindOptions: { Propagation: 'rprivate' as const, NonRecursive: true } }),
      })),
    },
  };
}
