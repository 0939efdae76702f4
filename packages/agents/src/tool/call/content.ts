import type { CallToolResult } from '@modelcontextprotocol/client';

/** Returns the text of an answer: its texts, a line for each part that has none, or else its structured content as JSON. */
export function textOfAnswer({ content, structuredContent }: CallToolResult): string {
  if (content.length === 0) return structuredContent === undefined ? '' : JSON.stringify(structuredContent);
  return content.map(textOfPart).join('\n');
}

function textOfPart(part: CallToolResult['content'][number]): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image':
    case 'audio':
      return beside(part.type, part.mimeType, part.data);
    case 'resource_link':
      return `[${part.name}: ${part.uri}]`;
    case 'resource': {
      const { resource } = part;
      return 'text' in resource ? resource.text : beside(resource.uri, resource.mimeType, resource.blob);
    }
  }
}

/** Content that is not text is only in the transcript. */
function beside(what: string, type: string | undefined, base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4);
  return `[${what}${type === undefined ? '' : `, ${type}`}, ${String(bytes)} bytes: in messages.jsonl]`;
}
