import {
  boxedClaudeAgent,
  claudeExecutable,
  modelAccess,
  modelCost,
  type Agent,
  type BoxedWay,
  type ClaudeOptions,
} from '@cc-executor/agents';
import { AGENT_SETTINGS } from '@cc-executor/contracts';
import { INSIDE, sharedFolders } from '@cc-executor/sandbox/protocol';
import { isCredential, makeOwnFolder, type StartContext } from '@cc-executor/service-kit';
import { ModelServer } from '@cc-executor/service-kit/model-relay';
import { join } from 'node:path';
import { placeProgram } from './box-programs.ts';
import { ModelWays } from './model-ways.ts';
import type { WorkerConfig } from '../config.ts';

const NAME = 'claude';
const SETTINGS: ReadonlySet<string> = new Set([...AGENT_SETTINGS, 'CLAUDE_CODE_MAX_OUTPUT_TOKENS']);
const OF_THE_AGENT = /^(LANG|LANGUAGE|LC_.*|TZ|TERM)$/;
/** Variables that name a model, such as ANTHROPIC_DEFAULT_OPUS_MODEL. */
const ofAModel = (name: string) => name.startsWith('ANTHROPIC_') && name.includes('MODEL');

/**
 * Opens what runs prompts in containers: ways to the model, which alone have the credential, and Claude Code where containers
 * see it. `socket`: the launcher's.
 */
export async function openBoxedClaude(
  claude: ClaudeOptions,
  socket: string,
  { config, onClose }: Pick<StartContext<WorkerConfig>, 'config' | 'onClose'>,
): Promise<Agent> {
  const folder = (executionId: string) => sharedFolders(socket, executionId);
  const { program } = folder('');
  await makeOwnFolder(program, { mode: 0o755 });
  await placeProgram(claudeExecutable(claude.claudeExecutable), join(program, NAME));
  const baseEnv = Object.fromEntries(
    Object.entries(claude.baseEnv).filter(
      ([name, value]) =>
        (SETTINGS.has(name) || OF_THE_AGENT.test(name) || ofAModel(name)) && !isCredential(name, value),
    ),
  );
  const options: ClaudeOptions = {
    ...claude,
    baseEnv,
    boxedExecutable: join(INSIDE.program, NAME),
    configDirectory: (executionId) => folder(executionId).files,
  };
  const access = modelAccess(claude.baseEnv);
  const seen = { files: INSIDE.files, outside: claude.baseEnv };
  if ('refusal' in access) return boxedClaudeAgent(options, { ...seen, way: access });
  const ways = new ModelWays(new ModelServer(access, claude.baseEnv), socket);
  onClose('ways of containers to the model', async () => await ways.close());
  const { variable } = access;
  const most = config.CC_EXECUTOR_SANDBOX_REQUESTS;
  const open: BoxedWay['open'] = async (place, { usd, onAnswered }) => {
    const budget = usd === undefined ? undefined : { usd, costOf: modelCost };
    return await ways.open(place, { most, budget, onAnswered });
  };
  return boxedClaudeAgent(options, { ...seen, way: { variable, open } });
}
