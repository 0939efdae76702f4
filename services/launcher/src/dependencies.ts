import { makeOwnFolder, StartFailure, type StartContext } from '@cc-executor/service-kit';
import { dirname } from 'node:path';
import { Boxes } from './boxes/boxes.ts';
import { Places } from './boxes/places.ts';
import type { LauncherConfig } from './config.ts';
import { Engine } from './engine/engine.ts';
import { openIdentity } from './identity.ts';

export type LauncherDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Connects to the engine and ends what an earlier launcher of this installation has left there. */
export async function openDependencies({ config, logger, onClose }: StartContext<LauncherConfig>) {
  const socket = config.CC_EXECUTOR_LAUNCHER_SOCKET;
  await makeOwnFolder(dirname(socket), { mode: 0o700 });
  const engine = new Engine(config.CC_EXECUTOR_ENGINE);
  const { unusable } = await engine.facts().catch((error: NodeJS.ErrnoException) => {
    const cure =
      error.code === 'EACCES'
        ? "this user may not use it. Add the user to the socket's group, which is often docker, and log in again"
        : 'start Docker, or name the socket of another engine in CC_EXECUTOR_ENGINE';
    throw new StartFailure(
      `No container engine answers at ${config.CC_EXECUTOR_ENGINE} (${error.message}): ${cure}.`,
    );
  });
  if (unusable !== null) throw new StartFailure(unusable);
  const boxes = new Boxes({
    engine,
    installation: await openIdentity(dirname(socket)),
    places: await Places.open({
      workspaces: config.CC_EXECUTOR_WORKSPACES_DIR,
      shared: config.CC_EXECUTOR_SANDBOX_DIRS,
      socket,
      engineSocket: config.CC_EXECUTOR_ENGINE,
      egressSocket: config.CC_EXECUTOR_EGRESS_SOCKET ?? null,
      engine,
    }),
    images: config.CC_EXECUTOR_SANDBOX_IMAGES,
    limits: {
      memory: config.CC_EXECUTOR_SANDBOX_MEMORY,
      cpus: config.CC_EXECUTOR_SANDBOX_CPUS ?? null,
      pids: config.CC_EXECUTOR_SANDBOX_PIDS,
      tmp: config.CC_EXECUTOR_SANDBOX_TMP,
    },
    mostWaiting: config.CC_EXECUTOR_SANDBOX_WAITING,
    logger,
  });
  onClose('containers', () => boxes.close());
  return { socket, boxes };
}
