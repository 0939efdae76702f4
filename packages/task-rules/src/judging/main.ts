import { compileSchema } from '../json-schema.ts';
import { sizeFault } from '../prompt-size.ts';
import { serveThread } from '@cc-executor/service-kit/threads';

// Checks large or slow parts of submissions, outside the thread that answers requests.
const functions = {
  /** Throws a sentence if the schema is invalid. */
  compile(schema: string): void {
    compileSchema(JSON.parse(schema) as Record<string, unknown>);
  },
  size({ text, maxTokens }: { text: string; maxTokens: number }): string | null {
    return sizeFault(text, maxTokens);
  },
};
export type JudgingFunctions = typeof functions;

serveThread(functions);
