import { AcpProbe, claudeServer, CodexProbe, defaultModelServer } from '@cc-executor/agents';
import type { Launch, LookAtServer } from '@cc-executor/agents';
import type { AgentProbe, AuthStatus } from '@cc-executor/contracts';
import type { StartContext } from '@cc-executor/service-kit';
import type { WorkerConfig } from './config.ts';
import { agentProbes } from './machine/agent-probes.ts';
import { ModelServers } from './machine/model-servers.ts';
import type { OpenAgents } from './wiring/open-agents.ts';

/** Opens what finds out which agents can be used on this worker. */
export function openProbes(
  { config, onClose }: Pick<StartContext<WorkerConfig>, 'config' | 'onClose'>,
  {
    launch,
    env,
    claude,
    findCodex,
    acpPlaces,
  }: Pick<OpenAgents, 'claude' | 'findCodex' | 'acpPlaces'> & {
    launch: Launch;
    env: Readonly<Record<string, string>>;
  },
): { look: (auth: AuthStatus) => AgentProbe[] } {
  const servers = config.CC_EXECUTOR_TRY_CREDENTIAL ? new ModelServers({ env }) : null;
  if (servers !== null) onClose('model servers', () => servers.close());
  const lookAtServer: LookAtServer = (address) => servers?.look(address) ?? null;
  const codex = new CodexProbe({ launch, env, executable: findCodex, lookAtServer });
  const acp = new AcpProbe({ launch, env, places: acpPlaces, lookAtServer });
  const addresses = { claude: claudeServer(claude.baseEnv), model: defaultModelServer(env) };
  return {
    look: (auth) =>
      agentProbes(auth, {
        codex: codex.look(),
        acp: acp.look(),
        server: (agent) => lookAtServer(addresses[agent]),
      }),
  };
}
