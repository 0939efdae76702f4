import type { AttemptFinding, ToolCall } from '@cc-executor/contracts';
import { isPartOf, isSingle, mayRunTests, runsTests, wordsOf } from './command-text.ts';
import { cut } from './cut.ts';
import type { Facts } from './facts.ts';
import type { ClaimedCommand, Claims } from './read-claims.ts';

/** A command line that was run, by the agent or as a check just after it. */
interface Run {
  command: string;
  words: readonly string[];
  by: 'agent' | 'check';
  /** null: unknown, as for a background command, or for one of several in a line. */
  hasPassed: boolean | null;
  exit_code: number | null;
}

/** Returns the false claims about commands and tests. */
export function commandFindings({ commands, testsPassed }: Claims, facts: Facts): AttemptFinding[] {
  const agents = facts.toolCalls.filter(({ name }) => name === 'Bash').map(toRun);
  const checks = facts.checks.filter(({ round }) => round === 0).map(checkToRun);
  const runs = [...agents, ...checks];
  // What a tool of an MCP server ran is in no command line.
  const isAllKnown =
    facts.isWhole &&
    facts.toolCallsBeyond === 0 &&
    !facts.toolCalls.some(({ name }) => name.startsWith('mcp__'));
  return [
    ...commands.map((claim) => falseCommand(claim, runs, agents, isAllKnown)),
    testsPassed ? falseTests(runs, agents, isAllKnown) : null,
  ].filter((finding) => finding !== null);
}

function falseCommand(
  { command, passed }: ClaimedCommand,
  runs: readonly Run[],
  agents: readonly Run[],
  isAllKnown: boolean,
): AttemptFinding | null {
  const claimed = wordsOf(command);
  const mayBe = ({ words, command: line }: Run) => isPartOf(claimed, words) || line.endsWith('…');
  if (!agents.some(mayBe))
    return isAllKnown
      ? {
          code: 'command_not_run',
          message: `The answer says that it ran "${cut(command)}"; it ran no such command.`,
          evidence: { claimed: cut(command), ran: agents.slice(-10).map((run) => cut(run.command)) },
        }
      : null;
  const last = passed ? lastKnown(runs.filter(({ words }) => isPartOf(claimed, words))) : undefined;
  if (last?.hasPassed !== false) return null;
  return {
    code: 'command_failed',
    message: `The answer says that "${cut(command)}" passed; ${failure(last)}.`,
    evidence: { claimed: cut(command), ...evidenceOf(last) },
  };
}

function falseTests(
  runs: readonly Run[],
  agents: readonly Run[],
  isAllKnown: boolean,
): AttemptFinding | null {
  if (isAllKnown && !agents.some(({ command }) => mayRunTests(command)))
    return {
      code: 'tests_not_run',
      message: 'The answer says that tests pass; it ran none.',
      evidence: { claimed: 'tests_passed', ran: agents.slice(-10).map((run) => cut(run.command)) },
    };
  const last = lastKnown(runs.filter(({ command }) => runsTests(command)));
  if (last?.hasPassed !== false) return null;
  return {
    code: 'tests_failed',
    message: `The answer says that tests pass; ${failure(last)}.`,
    evidence: { claimed: 'tests_passed', ...evidenceOf(last) },
  };
}

function lastKnown(runs: readonly Run[]): Run | undefined {
  return runs.findLast(({ hasPassed }) => hasPassed !== null);
}

function failure({ command, by, exit_code }: Run): string {
  const how = exit_code === null ? 'ended in an error' : `ended with exit code ${String(exit_code)}`;
  return by === 'agent'
    ? `the last run of it, "${cut(command)}", ${how}`
    : `as a check, "${cut(command)}" ${how}`;
}

function evidenceOf({ command, by, exit_code }: Run): AttemptFinding['evidence'] {
  return { command: cut(command), by, exit_code };
}

function toRun({ what: command, is_error, exit_code }: ToolCall): Run {
  const hasFailed = exit_code === null ? is_error === true : exit_code !== 0;
  const failed = isSingle(command) ? false : null;
  const hasPassed = hasFailed ? failed : exit_code === 0 ? true : null;
  return { command, words: wordsOf(command), by: 'agent', hasPassed, exit_code };
}

function checkToRun({ command, outcome, exit_code }: Facts['checks'][number]): Run {
  const hasPassed = outcome === 'completed' ? true : isSingle(command) ? false : null;
  return { command, words: wordsOf(command), by: 'check', hasPassed, exit_code };
}
