/** The limits of client input, from the public protocol. Bytes are UTF-8 bytes. */
export const LIMITS = {
  tasks: 1000,
  /** Of one list, at the same time. */
  parallel: 64,
  /** Of one prompt. */
  variants: 10,
  /** Entries in one list or object of a request: far more than any needs. */
  items: 5000,
  keys: 1000,
  /** Lists and objects of a request in total, as deep as schemas look. */
  nested: 50_000,
  /** Keys and items of a request in total, as deep as schemas look. */
  values: 200_000,
  /** Lists and objects of a message in total, including the user's schemas: more take a second to parse. */
  openings: 500_000,
  bodyBytes: 10 * 1024 * 1024,
  promptBytes: 1024 * 1024,
  /** Linux rejects a single argument of 128 KiB or more (MAX_ARG_STRLEN, execve(2)); one byte is the terminator. */
  commandBytes: 128 * 1024 - 1,
  nameCharacters: 200,
  labels: 16,
  labelCharacters: 200,
  /** Claude Code receives it as one argument of its command line, like a schema. */
  systemPromptBytes: 64 * 1024,
  schemaBytes: 64 * 1024,
  /** Far more than a schema needs, and far less than a stack holds. */
  schemaLevels: 100,
  listItems: 200,
  mcpServers: 50,
  mcpTextCharacters: 32 * 1024,
  turns: 10_000,
  /** A week: longer than any plan's limit keeps a task waiting. */
  timeoutSeconds: 7 * 24 * 3600,
  retries: 100,
  checks: 10,
  /** It is repeated in events, results and receipts; a longer one belongs in a script. */
  checkBytes: 4096,
  checkTailBytes: 2048,
  fixes: 5,
  defaultFixes: 2,
  pageSize: 200,
  /** For each of stdout, stderr and result in a results page; the output call serves the rest. */
  resultBytes: 64 * 1024,
} as const;

/** Returns the length of `text` in UTF-8 bytes. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
