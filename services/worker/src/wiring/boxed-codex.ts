import { codexModel, type BoxedCodex, type Launch } from '@cc-executor/agents';
import { forwarding, INSIDE, MODEL_PORT, sharedFolders } from '@cc-executor/sandbox/protocol';
import { makeOwnFolder, type StartContext } from '@cc-executor/service-kit';
import { ModelServer } from '@cc-executor/service-kit/model-relay';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import { makeHome, placeForwarder, placeProgram } from './box-programs.ts';
import { ModelWays } from './model-ways.ts';

const NAME = 'codex';
const NO_KEY =
  "A container can't use the login of Codex: set OPENAI_API_KEY in the environment of the worker.";

/**
 * Opens what runs Codex in containers: ways to its model, which alone have the key. Returns why it cannot run there, with the
 * cure, where there is no key.
 */
export async function openBoxedCodex(
  {
    launch,
    env,
    locale,
    user,
  }: {
    launch: Launch;
    /** Of the worker. */
    env: Readonly<Record<string, string>>;
    /** The part that containers receive. */
    locale: Readonly<Record<string, string>>;
    /** The numbers of the processes there. */
    user: { uid: number; gid: number };
  },
  socket: string,
  { config, onClose }: Pick<StartContext<WorkerConfig>, 'config' | 'onClose'>,
): Promise<BoxedCodex | { refusal: string }> {
  const access = codexModel(env);
  if (access === null) return { refusal: NO_KEY };
  const { program: programs } = sharedFolders(socket, '');
  await makeOwnFolder(programs, { mode: 0o755 });
  const ways = new ModelWays(new ModelServer(access, env), socket);
  onClose('ways of Codex in containers to its model', async () => await ways.close());
  return {
    launch,
    env: locale,
    url: `http://127.0.0.1:${String(MODEL_PORT)}`,
    open: async (box) => await ways.open(box, { most: config.CC_EXECUTOR_SANDBOX_REQUESTS }),
    place: async (program, executionId, way) => {
      await placeForwarder(socket, env['PATH']);
      await placeProgram(program, join(programs, NAME));
      const home = await makeHome(sharedFolders(socket, executionId).files, NAME, user);
      const command: [string, ...string[]] = [...forwarding(way, MODEL_PORT), join(INSIDE.program, NAME)];
      return { command, home };
    },
  };
}
