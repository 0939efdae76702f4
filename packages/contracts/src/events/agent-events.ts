import { z } from 'zod';
import type { EventTable } from './event-table.ts';

const seconds = z.number().nonnegative();
const raw = z
  .unknown()
  .describe(
    "The agent's own message, but for what the event has by itself; whole, and where it is too large, it is in the transcript only.",
  );

/** Events of an agent, normalised, each with the original message. */
export const AGENT_EVENTS = {
  'agent.init': {
    summary: 'The agent has started.',
    output: true,
    data: z.strictObject({
      session_id: z.string(),
      model: z.string(),
      version: z.string(),
      tools: z.array(z.string()),
      capabilities: z
        .array(z.string())
        .describe('the capabilities of its protocol, by the names of this version'),
      raw,
    }),
  },
  'agent.delta': {
    summary: 'Text of the agent, as it is generated.',
    output: true,
    data: z.strictObject({ text: z.string() }),
  },
  'agent.text': {
    summary: "A complete block of the agent's text; it repeats its deltas.",
    output: true,
    data: z.strictObject({ text: z.string(), raw }),
  },
  'agent.tool_use': {
    summary: 'The agent uses a tool.',
    output: true,
    data: z.strictObject({ id: z.string(), name: z.string(), input: z.unknown(), raw }),
  },
  'agent.tool_result': {
    summary: 'The result of the tool.',
    output: true,
    data: z.strictObject({
      id: z.string(),
      is_error: z.boolean(),
      content: z.unknown(),
      exit_code: z.int().optional().describe('of the command that it ran, if the agent reports it'),
      raw,
    }),
  },
  'agent.retry': {
    summary: 'The agent retries a request to the model.',
    output: true,
    data: z.strictObject({
      attempt: z.int(),
      max_retries: z.int(),
      delay: seconds.describe('seconds'),
      status: z.int().nullable(),
      raw,
    }),
  },
  'agent.limit': {
    summary: "What the API reported to the agent about the plan's limits.",
    output: true,
    data: z.strictObject({ status: z.string(), resets_at: z.string().nullable(), raw }),
  },
  'agent.result': {
    summary: "The agent's own report of its end.",
    output: true,
    data: z.strictObject({ subtype: z.string(), is_error: z.boolean(), raw }),
  },
  'agent.hook': {
    summary: "A hook from the agent's own settings, which a trusted workspace may contain.",
    output: true,
    data: z.strictObject({
      id: z.string().describe('of this run of the hook'),
      name: z.string(),
      event: z.string().describe('when the agent runs it: PreToolUse, Stop …'),
      phase: z.enum(['started', 'progress', 'finished']),
      outcome: z.string().nullable().describe('of a finished one: success, error or cancelled'),
      exit_code: z.int().nullable(),
      output: z.string().describe('its output, so far or in total'),
      raw,
    }),
  },
  'agent.message': {
    summary: 'Any other message of the agent.',
    output: true,
    data: z.strictObject({ kind: z.string(), raw }),
  },
} as const satisfies EventTable;
