import type { BoxedAcp, Launch } from '@cc-executor/agents';
import { FORWARDER, INSIDE, sharedFolders } from '@cc-executor/sandbox/protocol';
import { makeOwnFolder } from '@cc-executor/service-kit';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeHome, placeFolder, placeForwarder, placeProgram } from './box-programs.ts';

const HOME = 'acp';

/** Returns how agents of the Agent Client Protocol run in containers. `socket`: the launcher's. */
export function boxedAcp(
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
): BoxedAcp {
  return {
    launch,
    env: locale,
    place: async (program, executionId) => {
      const shared = sharedFolders(socket, executionId);
      await makeOwnFolder(shared.program, { mode: 0o755 });
      await placeForwarder(socket, env['PATH']);
      const home = await makeHome(shared.files, HOME, user);
      const command = program === null ? [] : await placed(await realpath(program), shared.program);
      return { command, home };
    },
  };
}

/** Puts an installed program where containers see it, and returns its command line there. */
async function placed(program: string, programs: string): Promise<readonly string[]> {
  const name = basename(program);
  if (!name.endsWith('.js')) {
    await placeProgram(program, join(programs, name));
    return [join(INSIDE.program, name)];
  }
  // A script has others beside it.
  const folder = await placeFolder(dirname(program), join(programs, basename(name, '.js')));
  return [join(INSIDE.program, FORWARDER.node), join(INSIDE.program, basename(folder), name)];
}
