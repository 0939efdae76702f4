import type { PromptOptions } from '@cc-executor/contracts';
import { failedServers } from './failed-servers.ts';
import type { StreamFacts } from './stream-facts.ts';
import type { Message } from './message.ts';
import type { Judgement } from './outcome.ts';

/** Returns how an attempt ends that must not continue after this message; null: it continues. */
export function whyEndedEarly(
  message: Message,
  facts: StreamFacts,
  options: PromptOptions,
): Judgement | null {
  const servers = failedServers(message, options).join(', ');
  if (servers !== '')
    return { outcome: 'mcp_failed', message: `MCP servers of this task can't be used: ${servers}.` };
  const { on_overage = 'use' } = options;
  if (!facts.usesOverage || on_overage === 'use') return null;
  return {
    outcome: on_overage === 'wait' ? 'usage_limit' : 'overage',
    message: `The plan's limit is reached, and paid extra usage began; on_overage is "${on_overage}".`,
  };
}
