import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import { byteLength, LIMITS, PromptText, type Amendment, type HelperAgent } from '@cc-executor/contracts';
import { keepsDoing } from '@cc-executor/task-analysis';
import { sizeFault } from '@cc-executor/task-rules/prompts';
import { readingTask } from './reading-agent.ts';

/** The answer of an amending agent. It need not repeat the original; if it does, that is not used. */
const ANSWER = {
  type: 'object',
  properties: {
    original: { type: 'string', description: 'May be left out.' },
    amended: { type: 'string', description: 'The whole prompt as it should be given to the other agent.' },
    changes: { type: 'array', items: { type: 'string' }, description: 'What was changed, one by one.' },
    is_ambiguous: { type: 'boolean', description: 'Whether the original can be read in several ways.' },
    reason: { type: 'string', description: 'Why it was changed, or not, in one or two sentences.' },
    decomposed_tasks: {
      type: 'array',
      items: { type: 'string' },
      description: 'The jobs of the prompt, if there are several.',
    },
  },
  required: ['amended', 'is_ambiguous', 'reason'],
  additionalProperties: false,
};

const ROLE =
  'You rewrite prompts for another agent, which works in this directory with nobody there to ask. ' +
  'You never do what the prompt asks, and change no file. Say in the prompt what is meant, what the result is to be ' +
  'and how to see that it is done; where something is left open, look into the directory and decide. ' +
  'Keep its intent: a thing that is to be made stays a thing to make, and is never turned into an explanation ' +
  'or a question. Add no job that it does not have. Keep its language, names, paths and quoted text as they are. ' +
  'Return a prompt that is already clear without any change.';

type Answer = Partial<
  Pick<Amendment, 'amended' | 'changes' | 'is_ambiguous' | 'reason' | 'decomposed_tasks'>
>;

/** Returns the task of a fresh agent that rewrites the prompt of another. */
export function amenderTask(task: AgentTask, helper: HelperAgent): AgentTask {
  const text = `Rewrite this prompt; it is all that follows this line.\n\n${task.text}`;
  return readingTask(task, helper, { text, json_schema: ANSWER, append_system_prompt: ROLE });
}

/** Returns the result of an amending agent: `amended` is null if it is unusable. */
export function amendmentOf(original: string, end: AgentEnd, maxTokens: number): Amendment {
  const { outcome, message, session_id, cost_usd, usage } = end;
  const said = (outcome === 'completed' ? end.json : null) as Answer | null;
  const { amended = null, changes = [], is_ambiguous = null, decomposed_tasks = [] } = said ?? {};
  const fault = amended === null ? (message ?? 'it gave none') : faultOf(original, amended, maxTokens);
  return {
    original,
    amended: fault === null ? amended : null,
    changes,
    is_ambiguous,
    reason: fault ?? said?.reason ?? null,
    decomposed_tasks,
    outcome,
    session_id,
    cost_usd,
    usage,
  };
}

/** Returns why a prompt of this length is not amended; null: it may be. A model could not repeat it. */
export function tooLongToAmend(text: string): string | null {
  const bytes = byteLength(text);
  const most = LIMITS.resultBytes;
  return bytes <= most ? null : `it has ${String(bytes)} bytes; at most ${String(most)} can be rewritten`;
}

function faultOf(original: string, amended: string, maxTokens: number): string | null {
  const faults = PromptText.safeParse(amended.trim()).error?.issues.map(({ message }) => message) ?? [];
  const [fault = sizeFault(amended, maxTokens)] = faults;
  if (fault !== null) return `the rewritten prompt ${fault}`;
  if (byteLength(amended) > LIMITS.resultBytes)
    return `the rewritten prompt has more than ${String(LIMITS.resultBytes)} bytes`;
  return keepsDoing(original, amended)
    ? null
    : `the rewritten prompt explains what the original asks to do: ${JSON.stringify(amended.slice(0, 200))}`;
}
