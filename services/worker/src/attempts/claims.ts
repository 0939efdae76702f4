import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import {
  earlierChanges,
  findingsOf,
  lookAtClaimedFiles,
  readClaims,
  type Claims,
  type Facts,
} from '@cc-executor/evidence/claims';
import type { AttemptStage } from './attempt-stage.ts';

/** What an agent has said that it did, and what was seen of that when it was done. */
export interface Account {
  claims: Claims | null;
  facts: Omit<Facts, 'checks'>;
}

/** Looks at what the answer of an agent, started at this time, says it did, before anything else changes the workspace. */
export async function takeAccount(
  { made }: AttemptStage,
  { cwd, options, session }: AgentTask,
  end: AgentEnd,
  startedAt: number,
): Promise<Account> {
  const { evidence } = made;
  const claims = readClaims(end.json);
  const files = claims
    ? await lookAtClaimedFiles(claims, cwd, options.extra_dirs ?? [])
    : new Map<string, never>();
  const saysFiles = (claims?.created ?? claims?.modified ?? claims?.deleted ?? null) !== null;
  const changes = saysFiles ? await evidence.lookAgain() : null;
  return {
    claims,
    facts: {
      startedAt,
      files,
      changes,
      earlier: changes ? await earlierChanges(changes, cwd, startedAt) : new Set(),
      toolCalls: evidence.toolCalls.list,
      toolCallsBeyond: evidence.toolCalls.beyond,
      isWhole: session?.resumed !== true,
    },
  };
}

/** The end of an attempt with what was found in its answer. It changes no outcome. */
export async function withFindings(
  stage: AttemptStage,
  { claims, facts }: Account,
  end: AgentEnd,
): Promise<AgentEnd> {
  const findings = findingsOf(end.uuid_proof, claims, { ...facts, checks: end.checks });
  for (const data of findings) await stage.note({ type: 'task.finding', data });
  return { ...end, findings };
}
