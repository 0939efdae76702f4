/** Returns the text of a block: the input of a tool call, the content of its result. */
const SAID = ['text', 'thinking', 'input', 'content'] as const;
/** The same of an item of Codex; `true`: all that is in it counts. */
const SAID_BY_CODEX = {
  summary: false,
  content: false,
  text: false,
  command: false,
  arguments: true,
  query: false,
  changes: true,
  aggregatedOutput: false,
  result: false,
  error: true,
} as const;

/** Returns the texts in a message of an agent, in their order: what was said, thought, and asked of and answered by tools. */
export function spokenIn(json: string): string[] {
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch {
    return [];
  }
  if (!isRecord(message)) return [];
  const texts: string[] = [];
  // Not by recursion: a message may be nested deeply.
  const open = saidIn(message).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, isInput } = next;
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value))
      for (const one of value.toReversed()) open.push({ value: one as unknown, isInput });
    else if (isRecord(value)) {
      const fields = isInput ? Object.keys(value) : SAID;
      for (const name of fields.toReversed())
        open.push({ value: value[name], isInput: isInput || name === 'input' });
    }
  }
  return texts;
}

/** A part of a message; `isInput`: all texts in it count, under any name. */
interface Said {
  value: unknown;
  isInput: boolean;
}

/** The same of an agent of the Agent Client Protocol, whose messages and calls are in the transcript as a whole. */
function saidByAcp(params: unknown): Said[] {
  const update = isRecord(params) ? params['update'] : undefined;
  if (!isRecord(update)) return [];
  const { content, rawInput, rawOutput } = update;
  const hasContent = !Array.isArray(content) || content.length > 0;
  return [
    { value: rawInput, isInput: true },
    // A call without content reports its result in another form.
    hasContent ? { value: content, isInput: false } : { value: rawOutput, isInput: true },
  ];
}

/** Returns the parts of a message that say something, for each form of message that an agent has. */
function saidIn(message: Record<string, unknown>): Said[] {
  const { type, method, params, content, structuredContent, result } = message;
  if (type === undefined && typeof method === 'string') {
    if (method === 'session/update') return saidByAcp(params);
    const item = isRecord(params) ? params['item'] : undefined;
    // What begins is said again, with its result, when it is complete. What was asked is not said by the agent.
    if (method !== 'item/completed' || !isRecord(item) || item['type'] === 'userMessage') return [];
    return Object.entries(SAID_BY_CODEX).map(([name, isInput]) => ({ value: item[name], isInput }));
  }
  switch (type) {
    case 'assistant':
    case 'user':
    case undefined:
      return [
        { value: isRecord(message['message']) ? message['message']['content'] : content, isInput: false },
      ];
    case 'answer':
      return [{ value: result, isInput: false }];
    case 'tool_result': {
      // A server that has structured content says the same as text, if it says a text.
      const hasText = Array.isArray(content) && content.length > 0;
      return [hasText ? { value: content, isInput: false } : { value: structuredContent, isInput: true }];
    }
    default:
      return [];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
