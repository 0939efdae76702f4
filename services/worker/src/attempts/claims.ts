import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import {
  earlierChanges,
  findingsOf,
  lookAtClaimedFiles,
  readClaims,
  type Claims,
  type Facts,
} from '@cc-executor/evidence/claims';
import type { AttemptRunner } from './attempt-runner.ts';

/** The claims of an agent, and what was observed when it had finished. */
export interface Account {
  claims: Claims | null;
  facts: Omit<Facts, 'checks'>;
}

/** Compares the claims of an agent that started at this time with the workspace, before anything else changes it. */
export async function takeAccount(
  { evidence }: AttemptRunner,
  { cwd, options, session }: AgentTask,
  end: AgentEnd,
  startedAt: number,
): Promise<Account> {
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

/** Returns the end of an attempt with the findings in its answer. The outcome does not change. */
export async function withFindings(
  runner: AttemptRunner,
  { claims, facts }: Account,
  end: AgentEnd,
): Promise<AgentEnd> {
  const findings = findingsOf(end.uuid_proof, claims, { ...facts, checks: end.checks });
  for (const data of findings) await runner.note({ type: 'task.finding', data });
  return { ...end, findings };
}
