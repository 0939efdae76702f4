import type { CallToolResult } from '@modelcontextprotocol/server';

/** Returns a tool's result: structured, and as text for clients that show only that. */
export function resultOf(structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}
