import { EVENTS, type EventData, type OutcomeCode } from '@cc-executor/contracts';
import { bareEnd, type AgentEnd, type AgentEvent, type AgentTask } from '../agent.ts';
import { capRaw, capText } from '../cap.ts';
import { deniedText } from '../claude/denied-text.ts';
import { isForPrompts, unsetWarning } from '../environment.ts';
import { withStderr } from '../lines/last-line.ts';
import { runLines, type LineProcess } from '../lines/run-lines.ts';
import { judgeResumed } from '../lost-conversation.ts';
import type { TurnFacts, ProcessReport, TurnEnd } from './spec.ts';

const NO_ANSWER = 'The model was asked, and gave no sign of life for as long as STREAM_TIMEOUT allows.';

/** A turn as its agent has started it. */
interface StartedTurn {
  prompt: string;
  isResumed: boolean;
  /** Text that is added to the prompt; null: none. */
  instructions: string | null;
}

/** Returns what an agent's process gets of the worker's environment: nothing else reaches the tools of a prompt. */
export function promptEnvironment(
  env: Readonly<Record<string, string>>,
  { env: own, pass_env: passed = [] }: AgentTask['options'],
): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== '' && (isForPrompts(name) || passed.includes(name)),
  );
  return { ...Object.fromEntries(kept), ...own };
}

/** Follows the process of a turn to its end, and returns how the attempt ended. `env`: the worker's. */
export async function followTurn(
  { prompt, isResumed, instructions }: StartedTurn,
  { options, session }: Pick<AgentTask, 'options' | 'session'>,
  env: Readonly<Record<string, string>>,
  running: LineProcess,
): Promise<AgentEnd> {
  const { sink } = running;
  const known: TurnFacts = {};
  const unset = unsetWarning(options, env);
  if (unset !== null) await sink.event({ type: 'task.warning', data: unset });
  const open = new Set<string>();
  const { reported, failure, stderr } = await runLines<TurnEnd>(
    { ...running, given: { text: prompt, systemPrompt: instructions } },
    {
      n: (json) => {
        const { event, known: more } = JSON.parse(json) as ProcessReport;
        Object.assign(known, more);
        if (event?.type === 'agent.tool_use') open.add(event.data.id);
        if (event?.type === 'agent.tool_result') open.delete(event.data.id);
        if (event) return sink.event(fitting(event));
        sink.alive();
        return undefined;
      },
      t: (json) => {
        const text = JSON.parse(json) as string;
        const noted = sink.event({ type: 'agent.delta', data: { text } });
        return sink.output('stdout', Buffer.from(text)) ?? noted;
      },
    },
  );
  const about = {
    // Without its version it has not begun.
    session_id: known.version === undefined ? null : (session?.id ?? null),
    agent_version: known.version ?? null,
    model: known.model ?? options.model ?? null,
    usage: known.usage ?? null,
    cost_usd: known.cost ?? null,
  };
  const outcomeOf = (outcome: OutcomeCode) => {
    const hasContent = known.hasContent === true;
    if (isResumed) return judgeResumed(outcome, hasContent);
    return outcome === 'invalid_request' && hasContent ? 'conversation_refused' : outcome;
  };
  if (reported === null)
    return {
      ...failure,
      ...(failure.outcome === 'silent' && open.size === 0
        ? { outcome: 'network', message: NO_ANSWER }
        : { outcome: outcomeOf(failure.outcome) }),
      ...about,
    };
  const { mended: _, denials, ...end } = reported;
  for (const data of warningsOf(reported)) await sink.event({ type: 'task.warning', data });
  return {
    ...bareEnd(end.outcome, null),
    ...end,
    message: end.message === null ? null : capText(withCause(end, stderr)),
    outcome: outcomeOf(end.outcome),
    ...about,
    ...(denials.length > 0 && { denials }),
  };
}

/** An agent that ended by itself says why on its stderr. */
function withCause({ outcome, message }: Pick<TurnEnd, 'outcome' | 'message'>, stderr: string): string {
  return outcome === 'agent_crashed' ? withStderr(message ?? '', stderr) : (message ?? '');
}

function warningsOf({ mended, denials, outcome }: TurnEnd): EventData<'task.warning'>[] {
  return [
    ...(mended === null
      ? []
      : [{ code: 'json_mended' as const, message: `The answer was not JSON as it stood: ${mended}.` }]),
    ...(denials.length === 0 || outcome === 'permission_denied'
      ? []
      : [{ code: 'permission_denied' as const, message: deniedText(denials) }]),
  ];
}

/** An agent, or another version of it, may leave out what an event needs. */
function fitting(event: AgentEvent): AgentEvent {
  return EVENTS[event.type].data.safeParse(event.data).success
    ? event
    : { type: 'agent.message', data: { kind: 'unknown', raw: capRaw(event.data) } };
}
