import {
  boxedClaudeAgent,
  claudeExecutable,
  modelAccess,
  modelCost,
  type Agent,
  type ClaudeOptions,
} from '@cc-executor/agents';
import { AGENT_SETTINGS } from '@cc-executor/contracts';
import { INSIDE, sharedFolders } from '@cc-executor/sandbox/protocol';
import { isCredential, makeOwnFolder, type StartContext } from '@cc-executor/service-kit';
import { ModelRelay } from '@cc-executor/service-kit/model-relay';
import { randomUUID } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { placeProgram } from './box-programs.ts';
import type { WorkerConfig } from '../config.ts';

const NAME = 'claude';
const SETTINGS: ReadonlySet<string> = new Set([...AGENT_SETTINGS, 'CLAUDE_CODE_MAX_OUTPUT_TOKENS']);
const OF_THE_AGENT = /^(LANG|LANGUAGE|LC_.*|TZ|TERM)$/;
/** Variables that name a model, such as ANTHROPIC_DEFAULT_OPUS_MODEL. */
const ofAModel = (name: string) => name.startsWith('ANTHROPIC_') && name.includes('MODEL');

/**
 * Opens what runs prompts in containers: a relay to the model, which alone has the credential, on a socket that containers
 * see, and Claude Code beside it. `socket`: the launcher's.
 */
export async function openBoxedClaude(
  claude: ClaudeOptions,
  socket: string,
  { config, onClose }: Pick<StartContext<WorkerConfig>, 'config' | 'onClose'>,
): Promise<Agent> {
  const folder = (executionId: string) => sharedFolders(socket, executionId);
  const { program, model } = folder('');
  for (const path of [program, model]) await makeOwnFolder(path, { mode: 0o755 });
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
  // Each worker has its own socket: a pass is known to the relay that granted it.
  const name = `${randomUUID().slice(0, 8)}.sock`;
  const access = modelAccess(claude.baseEnv);
  const seen = { socket: join(INSIDE.model, name), files: INSIDE.files, outside: claude.baseEnv };
  if ('refusal' in access) return boxedClaudeAgent(options, { ...seen, way: access });
  const relay = await ModelRelay.open({ access, socket: join(model, name), env: claude.baseEnv });
  onClose('model-relay of containers', async () => {
    await relay.close();
    await rm(join(model, name), { force: true });
  });
  await chmod(join(model, name), 0o666);
  const { variable } = access;
  const most = config.CC_EXECUTOR_SANDBOX_REQUESTS;
  const grant = (usd?: number) =>
    relay.grant({ most, budget: usd === undefined ? undefined : { usd, costOf: modelCost } });
  const way = { variable, grant };
  return boxedClaudeAgent(options, { ...seen, way });
}
