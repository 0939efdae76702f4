import {
  AGENT_NAMES,
  type AgentName,
  type AgentProbe,
  type AuthStatus,
  type ServerCheck,
} from '@cc-executor/contracts';

/** A worker's knowledge of an agent with its own program. */
type FoundAgent = Omit<AgentProbe, 'name'>;

const READY: FoundAgent = { version: null, credential: 'task', status: 'ready', message: null };

interface Looks {
  codex: FoundAgent | null;
  acp: FoundAgent;
  /** Looks at the server of an agent's model. */
  server: (agent: 'claude' | 'model') => ServerCheck | null;
}

/** Returns what this worker found out about its agents; null for one: not yet. */
export function agentProbes(auth: AuthStatus, { codex, acp, server }: Looks): AgentProbe[] {
  const own: Partial<Record<AgentName, FoundAgent | null>> = {
    claude: ofClaude(auth, server),
    codex,
    acp,
    model: { ...READY, model_server: server('model') },
  };
  return AGENT_NAMES.flatMap((name) => {
    const found = own[name] === undefined ? READY : own[name];
    return found === null ? [] : [{ name, ...found }];
  });
}

function ofClaude({ status, message }: AuthStatus, server: Looks['server']): FoundAgent {
  return status === 'authenticated'
    ? { ...READY, credential: 'found', model_server: server('claude') }
    : { ...READY, credential: 'none', status: 'no_credential', message };
}
