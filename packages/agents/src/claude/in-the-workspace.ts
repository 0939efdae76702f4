import type { HookCallback } from '@anthropic-ai/claude-agent-sdk';
import { recordOf } from './read.ts';

/**
 * A hook before each sub-agent: one that requests a worktree or another folder works in the workspace instead. What it
 * did would otherwise be missing for the following tasks and in the evidence.
 */
export const inTheWorkspace: HookCallback = (input) => {
  const { isolation, ...rest } = input.hook_event_name === 'PreToolUse' ? recordOf(input.tool_input) : {};
  if (isolation === undefined) return Promise.resolve({});
  return Promise.resolve({
    hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput: rest },
  });
};
