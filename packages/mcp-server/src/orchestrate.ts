import type { McpServer } from '@modelcontextprotocol/server';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The instructions for orchestrating a list with these tools: the text of prompts/cc_execute.md. */
const INSTRUCTIONS = readFileSync(new URL('cc_execute.md', import.meta.url), 'utf8');

export const ORCHESTRATE = {
  name: 'orchestrate_task_list',
  title: 'Orchestrate this task list',
  description:
    'Splits a job into tasks that stand alone, runs them by fresh agents, and reads what they gave.',
} as const;

/** Adds the prompt to a server. */
export function registerPrompt(server: McpServer): void {
  const { name, ...about } = ORCHESTRATE;
  const argsSchema = z.object({ job: z.string().describe('The job, or the list of tasks.') });
  server.registerPrompt(name, { ...about, argsSchema }, ({ job }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `${INSTRUCTIONS}\n## The job\n\n${job}\n` } }],
  }));
}
