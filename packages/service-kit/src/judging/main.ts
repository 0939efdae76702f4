import { compileSchema } from '../json-schema.ts';
import { sizeFault } from '../prompt-size.ts';
import { serveThread } from '../threads/serve-thread.ts';

// Judges large or slow parts of submissions, beside the thread that answers requests.
const functions = {
  /** Throws a sentence when it is no schema that can be used. */
  compile(schema: string): void {
    compileSchema(JSON.parse(schema) as Record<string, unknown>);
  },
  size({ text, maxTokens }: { text: string; maxTokens: number }): string | null {
    return sizeFault(text, maxTokens);
  },
};
export type JudgingFunctions = typeof functions;

serveThread(functions);
