/** A content block as clients send it; only what scripts look at is named. */
export interface ContentBlock {
  type: string;
  text?: string;
  content?: unknown;
  [key: string]: unknown;
}

export interface ModelMessage {
  role: string;
  content: string | ContentBlock[];
}

/** The body of a Messages API request, as it came. */
export interface ModelRequest {
  model: string;
  messages: ModelMessage[];
  system?: string | ContentBlock[];
  tools?: { name: string }[];
  max_tokens?: number;
  stream?: boolean;
  [key: string]: unknown;
}

/** The text blocks of a message or of a system prompt, in order. */
export function textsOf(content: string | ContentBlock[] | undefined): string[] {
  if (content === undefined) return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => (block.type === 'text' && block.text !== undefined ? [block.text] : []));
}

/** The text blocks of the first message from the user: what Claude Code adds, and the prompt. */
export function firstUserTexts(request: ModelRequest): string[] {
  return textsOf(request.messages.find((message) => message.role === 'user')?.content);
}

/** How many turns of the model the conversation already has, so this one's index from 0. */
export function turnOf(request: ModelRequest): number {
  return request.messages.filter((message) => message.role === 'assistant').length;
}
