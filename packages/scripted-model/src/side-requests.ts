import type { MessageReply } from './reply.ts';
import type { ModelRequest } from './request.ts';
import { say } from './say.ts';

interface JsonFormat {
  type?: string;
  schema?: { required?: string[] };
}

/**
 * Returns the reply to a side request of Claude Code, or null: JSON without tools (the session's title), one
 * token (whether there is quota left). Seen with Claude Code 2.1.330.
 */
export function sideReply(request: ModelRequest): MessageReply | null {
  if (request.max_tokens === 1) return say('#');
  if (request.tools !== undefined && request.tools.length > 0) return null;
  const format = (request['output_config'] as { format?: JsonFormat } | undefined)?.format;
  if (format?.type !== 'json_schema') return null;
  const fields = (format.schema?.required ?? []).map((name) => [name, 'scripted']);
  return say(JSON.stringify(Object.fromEntries(fields)));
}
