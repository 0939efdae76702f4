/** A content block of a request; only fields that scripts read are named. */
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

/** The body of a Messages API request. */
export interface ModelRequest {
  model: string;
  messages: ModelMessage[];
  system?: string | ContentBlock[];
  tools?: { name: string }[];
  max_tokens?: number;
  stream?: boolean;
  [key: string]: unknown;
}

/** Returns the text blocks of a message or of a system prompt, in order. */
export function textsOf(content: string | ContentBlock[] | undefined): string[] {
  if (content === undefined) return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => (block.type === 'text' && block.text !== undefined ? [block.text] : []));
}

/** Returns the text blocks of the user's first message: what Claude Code adds, and the prompt. */
export function firstUserTexts(request: ModelRequest): string[] {
  return textsOf(request.messages.find((message) => message.role === 'user')?.content);
}

/** Returns the number of the model's turns so far, which is the index of this one from 0. */
export function turnOf(request: ModelRequest): number {
  return request.messages.filter((message) => message.role === 'assistant').length;
}
