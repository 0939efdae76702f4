import { AGENT_NAMES, type AgentName, type AgentProbe, type AuthStatus } from '@cc-executor/contracts';

/** A worker's knowledge of an agent with its own program. */
export type FoundAgent = Omit<AgentProbe, 'name'>;

const READY: FoundAgent = { version: null, credential: 'task', status: 'ready', message: null };

/** Returns what this worker found out about its agents; null for one: not yet. */
export function agentProbes(
  auth: AuthStatus,
  { codex, acp }: { codex: FoundAgent | null; acp: FoundAgent },
): AgentProbe[] {
  const own: Partial<Record<AgentName, FoundAgent | null>> = { claude: ofClaude(auth), codex, acp };
  return AGENT_NAMES.flatMap((name) => {
    const found = own[name] === undefined ? READY : own[name];
    return found === null ? [] : [{ name, ...found }];
  });
}

function ofClaude({ status, message }: AuthStatus): FoundAgent {
  return status === 'authenticated'
    ? { ...READY, credential: 'found' }
    : { ...READY, credential: 'none', status: 'no_credential', message };
}
