import { ClaudeForCommands, claudeExecutable, modelAccess, type ClaudeOptions } from '@cc-executor/agents';
import { findProgram, type StartContext } from '@cc-executor/service-kit';
import { ModelRelay, ModelServer } from '@cc-executor/service-kit/model-relay';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';

/** The next step for a person whose command found no Claude Code. */
const INSTEAD = 'Run the prompt itself: cc-executor run -p "…", or a task with "prompt".';
const FORBIDDEN = 'commands may not use it here (CC_EXECUTOR_COMMAND_CLAUDE)';

/**
 * Opens the `claude` of commands: a relay to the model, which has the credential, and the program. Null: there is
 * nothing to relay, and the user's own `claude` is on the PATH, which reads the user's own login.
 */
export async function openCommandClaude(
  claude: ClaudeOptions,
  { config, dataDirectory }: { config: WorkerConfig; dataDirectory: string },
  onClose: StartContext<WorkerConfig>['onClose'],
): Promise<ClaudeForCommands | null> {
  const directory = join(dataDirectory, 'bin');
  const refuse = async (why: string) =>
    await ClaudeForCommands.open(directory, { refusal: `${why}. ${INSTEAD}` });
  if (!config.CC_EXECUTOR_COMMAND_CLAUDE) return await refuse(FORBIDDEN);
  const access = modelAccess(claude.baseEnv);
  if ('refusal' in access)
    return findProgram(['claude'], claude.baseEnv['PATH']) === null ? await refuse(access.refusal) : null;
  let program;
  try {
    program = claudeExecutable(claude.claudeExecutable);
  } catch (error) {
    return await refuse((error as Error).message.replace(/\.$/, ''));
  }
  const model = new ModelServer(access, claude.baseEnv);
  const relay = await ModelRelay.open({ model });
  onClose('model-relay', async () => {
    await relay.close();
    model.close();
  });
  const { baseEnv, configDirectory } = claude;
  const { variable } = access;
  return await ClaudeForCommands.open(directory, {
    url: relay.url ?? '',
    grant: () => relay.grant(),
    variable,
    program,
    baseEnv,
    configDirectory,
  });
}
