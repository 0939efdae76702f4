import { codexModel, type BoxedCodex, type Launch } from '@cc-executor/agents';
import { forwarding, INSIDE, MODEL_PORT, sharedFolders } from '@cc-executor/sandbox/protocol';
import { makeOwnFolder, type StartContext } from '@cc-executor/service-kit';
import { ModelRelay } from '@cc-executor/service-kit/model-relay';
import { randomUUID } from 'node:crypto';
import { chmod, lchown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import { placeForwarder, placeProgram } from './box-programs.ts';

const NAME = 'codex';
const NO_KEY =
  "A container can't use the login of Codex: set OPENAI_API_KEY in the environment of the worker.";

/**
 * Opens what runs Codex in containers: a relay to its model, which alone has the key, on a socket that containers see. Returns
 * why it cannot run there, with the cure, where there is no key.
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
  const { program: programs, model } = sharedFolders(socket, '');
  for (const path of [programs, model]) await makeOwnFolder(path, { mode: 0o755 });
  // Each worker has its own socket: a pass is known to the relay that granted it.
  const name = `${NAME}-${randomUUID().slice(0, 8)}.sock`;
  const relay = await ModelRelay.open({ access, socket: join(model, name), env });
  onClose('model-relay of Codex in containers', async () => {
    await relay.close();
    await rm(join(model, name), { force: true });
  });
  await chmod(join(model, name), 0o666);
  const forward = forwarding(join(INSIDE.model, name), MODEL_PORT);
  const command: [string, ...string[]] = [...forward, join(INSIDE.program, NAME)];
  return {
    launch,
    env: locale,
    url: `http://127.0.0.1:${String(MODEL_PORT)}`,
    grant: () => relay.grant({ most: config.CC_EXECUTOR_SANDBOX_REQUESTS }),
    place: async (program, executionId) => {
      await placeForwarder(socket, env['PATH']);
      await placeProgram(program, join(programs, NAME));
      const home = join(sharedFolders(socket, executionId).files, NAME);
      await mkdir(home, { recursive: true, mode: 0o700 });
      if (process.getuid?.() === 0) await lchown(home, user.uid, user.gid);
      return { command, home: join(INSIDE.files, NAME) };
    },
  };
}
