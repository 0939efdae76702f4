import { compileSchema } from '../json-schema.ts';
import { serveThread } from '../threads/serve-thread.ts';

// Compiles the schemas of submissions, beside the thread that answers requests.
const functions = {
  /** Throws a sentence when it is no schema that can be used. */
  compile(schema: string): void {
    compileSchema(JSON.parse(schema) as Record<string, unknown>);
  },
};
export type SchemaFunctions = typeof functions;

serveThread(functions);
