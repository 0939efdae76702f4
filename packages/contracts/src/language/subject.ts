const WHAT_CHARACTERS = 1000;

/** The input fields that name the object of a tool call, the most informative first. */
const TELLING = ['command', 'file_path', 'notebook_path', 'path', 'pattern', 'url', 'query', 'description'];

/** Returns the object of a tool call, from its input: at most 1,000 characters. */
export function subjectOf(input: unknown): string {
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const found = TELLING.map((name) => fields[name]).find((value) => typeof value === 'string');
  const text = typeof found === 'string' ? found : (JSON.stringify(input) ?? '');
  return text.length > WHAT_CHARACTERS ? `${text.slice(0, WHAT_CHARACTERS - 1)}…` : text;
}
