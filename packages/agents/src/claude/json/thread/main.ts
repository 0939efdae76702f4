import { compileSchema, isToolSchema } from '@cc-executor/task-rules/json-schema';
import { serveThread } from '@cc-executor/service-kit/threads';
import { readAnswer } from './read-answer.ts';

// Checks answers against their schemas, outside the thread that handles the output of agents.
const functions = {
  /** Returns whether Claude Code accepts `asked` as the input schema of a tool. Throws a sentence if `schema` is invalid. */
  prepare({ schema, asked }: { schema: string; asked: string | null }): boolean {
    compileSchema(JSON.parse(schema) as Record<string, unknown>);
    return asked !== null && isToolSchema(JSON.parse(asked) as Record<string, unknown>);
  },
  read: readAnswer,
};
export type AnswerFunctions = typeof functions;

serveThread(functions);
