import type { CallToolResult } from '@modelcontextprotocol/server';

/** What a tool gives: structured, and the same as text for clients that show only that. */
export function resultOf(structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}
