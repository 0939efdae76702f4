import { BoxLauncher, boxUser, Way, type About } from '@cc-executor/sandbox';
import { readConfig, Settings, type Env } from '@cc-executor/service-kit';
import { randomUUID } from 'node:crypto';
import { lchown, mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { egressSocket, launcherSocket } from './services.ts';

/** How long egress and a container have to answer. Milliseconds. */
const PATIENCE_MS = 5000;
const CONTAINER_MS = 30_000;

/** Prints what a container has that it must not have: networks, and those of the given paths that are there. */
const LOOK = `for net in $(ls /sys/class/net); do [ "$net" = lo ] || echo "the network $net"; done
for path in "$@"; do [ -e "$path" ] && echo "the path $path"; done; [ "$(id -u)" = 0 ] && echo 'the rights of root'; echo looked`;

/** The facts about the containers of an installation. */
export interface ContainersReport {
  /** The engine of the launcher, or the reason why it does not work. */
  engine: About | string;
  /** True: egress carries what containers may reach; in words: why it does not; null: no setting lets them reach a host. */
  egress: true | string | null;
  /** Findings about accessible things in a test container; a text: why none could be started. */
  seen: readonly string[] | string;
}

/**
 * Looks at what the containers of this installation have; for that it runs one. Returns null if no setting requests
 * containers. Throws a ConfigError for settings with faults.
 */
export async function aboutContainers(env: Env): Promise<ContainersReport | null> {
  const config = readConfig(Settings, env);
  const socket = launcherSocket(config);
  if (socket === undefined) return null;
  const launcher = new BoxLauncher({ socket, user: boxUser(), patienceMs: PATIENCE_MS });
  const engine = await launcher.about();
  const egress = egressSocket(config);
  const workspaces = config.CC_EXECUTOR_WORKSPACES_DIR;
  const hidden = [config.CC_EXECUTOR_DATA_DIR, dirname(socket), config.CC_EXECUTOR_ENGINE];
  const seen = typeof engine === 'string' ? engine : await lookInside(launcher, workspaces, hidden);
  return { engine, egress: egress === undefined ? null : await tryEgress(egress), seen };
}

async function tryEgress(socket: string): Promise<true | string> {
  try {
    const way = await Way.open({ socket, hosts: [], onBlocked: () => undefined, patienceMs: PATIENCE_MS });
    await way.close();
    return true;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns what a container has of what is hidden, or in words why none ran. A workspace's own path leads through folders. */
async function lookInside(
  launcher: BoxLauncher,
  workspaces: string,
  hidden: readonly string[],
): Promise<readonly string[] | string> {
  const executionId = `doctor-${randomUUID()}`;
  const folder = join(workspaces, executionId);
  const user = boxUser();
  try {
    await mkdir(folder, { mode: 0o700 });
    await lchown(folder, user.uid, user.gid);
    const cwd = await realpath(folder);
    const child = launcher.launch({
      command: '/bin/sh',
      args: ['-c', LOOK, 'sh', ...hidden.filter((path) => !cwd.startsWith(`${path}/`))],
      cwd,
      env: {},
      stdin: 'none',
      box: { executionId, task: 1, attempt: 1, generation: 1, image: null, folders: [] },
    });
    const late = setTimeout(() => {
      child.end(0).catch(() => undefined);
    }, CONTAINER_MS);
    const printed = text(child.stdout);
    try {
      await child.started;
      const lines = (await printed).split('\n').filter(Boolean);
      return lines.at(-1) === 'looked' ? lines.slice(0, -1) : 'A container did not come to its end.';
    } finally {
      clearTimeout(late);
    }
  } catch (error) {
    return (error as Error).message;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
