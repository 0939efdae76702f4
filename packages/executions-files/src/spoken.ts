/** Of the messages of an agent, those that say something. */
const SPEAKERS: ReadonlySet<unknown> = new Set(['assistant', 'user', undefined]);
/** What of a block is a text: of a tool call its input, of its result the content. */
const SAID = ['text', 'thinking', 'input', 'content'] as const;

/** Returns the texts in a message of an agent, in their order: what was said, thought, and asked of and answered by tools. */
export function spokenIn(json: string): string[] {
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch {
    return [];
  }
  if (!isRecord(message) || !SPEAKERS.has(message['type'])) return [];
  const said = isRecord(message['message']) ? message['message']['content'] : message['content'];
  const texts: string[] = [];
  // Not by recursion: a message may be nested deeply.
  const open: { value: unknown; isInput: boolean }[] = [{ value: said, isInput: false }];
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
