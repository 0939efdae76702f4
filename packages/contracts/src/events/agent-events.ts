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
      session_id: z.string().describe("the id of the agent's conversation"),
      model: z.string().describe('the model that it uses'),
      version: z.string().describe('the version of the agent'),
      tools: z.array(z.string()).describe('the tools that it has'),
      capabilities: z
        .array(z.string())
        .describe('the capabilities of its protocol, by the names of this version'),
      raw,
    }),
  },
  'agent.delta': {
    summary: 'Text of the agent, as it is generated.',
    output: true,
    data: z.strictObject({ text: z.string().describe('what it wrote') }),
  },
  'agent.text': {
    summary: "A complete block of the agent's text; it repeats its deltas.",
    output: true,
    data: z.strictObject({ text: z.string().describe('what it wrote'), raw }),
  },
  'agent.tool_use': {
    summary: 'The agent uses a tool.',
    output: true,
    data: z.strictObject({
      id: z.string().describe('the id of the call in the conversation'),
      name: z.string().describe('the name of the tool'),
      input: z.unknown().describe('the arguments of the call'),
      raw,
    }),
  },
  'agent.tool_result': {
    summary: 'The result of the tool.',
    output: true,
    data: z.strictObject({
      id: z.string().describe('the id of the call in the conversation'),
      is_error: z.boolean().describe('whether it failed'),
      content: z.unknown().describe('what it returned'),
      exit_code: z.int().optional().describe('of the command that it ran, if the agent reports it'),
      raw,
    }),
  },
  'agent.retry': {
    summary: 'The agent retries a request to the model.',
    output: true,
    data: z.strictObject({
      attempt: z.int().describe('the number of the try, from 1'),
      max_retries: z.int().describe('tries at most'),
      delay: seconds.describe('seconds'),
      status: z.int().nullable().describe('the HTTP status; null: none'),
      raw,
    }),
  },
  'agent.limit': {
    summary: "What the API reported to the agent about the plan's limits.",
    output: true,
    data: z.strictObject({
      status: z.string().describe('what the model said of the limit'),
      resets_at: z.string().nullable().describe('when the limit resets; null: unknown'),
      raw,
    }),
  },
  'agent.result': {
    summary: "The agent's own report of its end.",
    output: true,
    data: z.strictObject({
      subtype: z.string().describe('how the turn ended, in the words of the agent'),
      is_error: z.boolean().describe('whether it failed'),
      raw,
    }),
  },
  'agent.hook': {
    summary: "A hook from the agent's own settings, which a trusted workspace may contain.",
    output: true,
    data: z.strictObject({
      id: z.string().describe('of this run of the hook'),
      name: z.string().describe('the name of the hook'),
      event: z.string().describe('when the agent runs it: PreToolUse, Stop …'),
      phase: z.enum(['started', 'progress', 'finished']).describe('how far the run is'),
      outcome: z.string().nullable().describe('of a finished one: success, error or cancelled'),
      exit_code: z
        .int()
        .nullable()
        .describe('the exit status of the process; null: it has none, or a signal ended it'),
      output: z.string().describe('its output, so far or in total'),
      raw,
    }),
  },
  'agent.message': {
    summary: 'Any other message of the agent.',
    output: true,
    data: z.strictObject({ kind: z.string().describe('the kind of message'), raw }),
  },
} as const satisfies EventTable;
